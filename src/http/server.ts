import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Express } from 'express';

/** How long a client may take to send its headers; connections that send nothing are closed after it, too. */
const headersTimeoutMs = 15_000;
/** How long a client may take to send a whole request. */
const requestTimeoutMs = 60_000;
/** Longer than the idle time of common load balancers, so that it is they who close a connection. */
const keepAliveTimeoutMs = 65_000;
const checkIntervalMs = 1_000;

const refusals: Readonly<Record<string, readonly [string, string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The request headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not arrive in time'],
};
const malformed = ['400 Bad Request', 'The request is not valid HTTP'] as const;

/** Answers what never becomes a request, in the failure envelope all the same, and ends the connection. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, text] = refusals[error.code ?? ''] ?? malformed;
  const body = JSON.stringify({ success: false, error: text });
  const head = ['Content-Type: application/json', `Content-Length: ${body.length}`, 'Connection: close'];
  socket.end(`HTTP/1.1 ${[status, ...head].join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

/**
 * Classes whose instances have Express' prototypes from the start. Express otherwise changes the prototypes of each
 * request and response, which takes V8 longer than all else that Express does and leaves it several kilobytes to
 * collect each time (ADR 9).
 */
function messageClasses(app: Express): {
  IncomingMessage: typeof IncomingMessage;
  ServerResponse: typeof ServerResponse;
} {
  class ExpressRequest extends IncomingMessage {}
  class ExpressResponse<R extends IncomingMessage> extends ServerResponse<R> {}
  app.request = Object.setPrototypeOf(ExpressRequest.prototype, app.request);
  app.response = Object.setPrototypeOf(ExpressResponse.prototype, app.response);
  return { IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse };
}

/** An HTTP server for an application that slow and broken clients cannot hold up. It does not listen yet. */
export function createHttpServer(app: Express): Server {
  const options = {
    ...messageClasses(app),
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: checkIntervalMs,
  };
  return createServer(options, app).on('clientError', refuse);
}
