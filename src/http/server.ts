import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Express } from 'express';
import { messageClasses } from './express/prototypes.ts';
import { oneAtATime } from './pipelining.ts';

/** How long a client may take to send its headers; connections that send nothing are closed after this time, too. */
const headersTimeoutMs = 15_000;
/** How long a client may take to send a whole request. */
const requestTimeoutMs = 60_000;
/** Longer than the idle timeout of common load balancers, so that they are the ones to close a connection. */
const keepAliveTimeoutMs = 65_000;
/**
 * Connections on which nothing moves for this long are closed, so that nobody holds an answer by not reading it. Longer
 * than a request may take before its answer begins.
 */
const standstillMs = 40_000;
const checkIntervalMs = 1_000;

const refusals: Readonly<Record<string, readonly [string, string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The request headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not arrive in time'],
};
const malformed = ['400 Bad Request', 'The request is not valid HTTP'] as const;
const noHost = 'The request has no Host header';

/** The body of an answer to something that never becomes a request: a sentence in some content type. */
export interface MalformedAnswer {
  readonly contentType: string;
  bodyOf(sentence: string): string;
}

/** Answers something that never becomes a request, and closes the connection. */
function refuse(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  { contentType, bodyOf }: MalformedAnswer,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, sentence] = refusals[error.code ?? ''] ?? malformed;
  const body = bodyOf(sentence);
  const length = Buffer.byteLength(body);
  const head = [`Content-Type: ${contentType}`, `Content-Length: ${length}`, 'Connection: close'];
  socket.end(`HTTP/1.1 ${[status, ...head].join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

/** Whether the Host header is missing that HTTP/1.1 demands. Node would refuse such a request without a body. */
const lacksHost = ({ httpVersion, headers }: IncomingMessage): boolean =>
  httpVersion === '1.1' && headers.host === undefined;

function refuseWithoutHost(res: ServerResponse, { contentType, bodyOf }: MalformedAnswer): void {
  const body = bodyOf(noHost);
  res.writeHead(400, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  });
  res.end(body);
}

/** An HTTP server that slow and broken clients cannot hold up. It does not listen yet. */
export function createHttpServer(
  app: Express,
  malformedAnswer: MalformedAnswer,
  timeoutMs = standstillMs,
): Server {
  const options = {
    ...messageClasses(app),
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: checkIntervalMs,
    requireHostHeader: false,
  };
  const serve = (req: IncomingMessage, res: ServerResponse): void =>
    lacksHost(req) ? refuseWithoutHost(res, malformedAnswer) : app(req, res);
  const server = createServer(options, oneAtATime(serve));
  server.timeout = timeoutMs;
  // An Expect header that means nothing to anyone is ignored; Node would refuse the request without a body.
  server.on('checkExpectation', (req, res) => void server.emit('request', req, res));
  return server.on('clientError', (error, socket) => refuse(error, socket, malformedAnswer));
}
