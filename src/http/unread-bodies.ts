import type { Request, RequestHandler } from 'express';
import { clientAddress, networkOf } from './client-address.ts';
import { Turns } from './turns.ts';

/** How many unread bodies of an address are taken from their connections at a time. */
const bodiesAtATime = 2;
/** Why nobody waits for a turn any more; one for all, since each would take the engine a tenth of a millisecond. */
const isOver = new Error('the rest of the body has come, or its connection is closed');
/** How long a client has to read its answer, and to send the rest of its body, before its connection is closed. */
const defaultPatienceMs = 5_000;

/**
 * Throws away what is still arriving of a body once its request has been answered, since nobody will read it. The
 * connection cannot be closed at once: the client's system would then throw the answer away as well. Bodies take turns,
 * none is read while it waits, and of each no more than two pieces in every turn of the event loop: Node accepts one
 * connection each time it has looked at all others, and reads up to two megabytes of one that it looks at, so a few
 * hundred would keep new clients waiting for seconds.
 */
export function discardUnreadBodies(
  forwardedCount: number,
  patienceMs: number = defaultPatienceMs,
): RequestHandler {
  const turns = new Turns(bodiesAtATime);
  return (req, res, next) => {
    if (!hasBody(req)) return next();
    // Before Node's own listener, which lets a body flow that nobody has begun to read.
    res.prependOnceListener('finish', () => {
      if (!req.complete) discard(req, networkOf(clientAddress(req, forwardedCount)), turns, patienceMs);
    });
    next();
  };
}

const hasBody = ({ headers }: Request): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;

function discard(req: Request, client: string, turns: Turns, patienceMs: number): void {
  const { socket } = req;
  const arrival = new AbortController();
  const cutOff = setTimeout(() => socket.destroy(), patienceMs);
  const done = () => {
    req.off('end', done).off('data', restAfterPiece);
    socket.off('close', done);
    clearTimeout(cutOff);
    arrival.abort(isOver);
  };
  const restAfterPiece = () => {
    req.pause();
    setImmediate(() => req.resume());
  };
  const begin = () => {
    // Whoever began to read it may have left it paused.
    req.on('data', restAfterPiece).resume();
    socket.resume();
  };
  req.once('end', done);
  socket.once('close', done);
  // Throws away what has come already, and has the socket read on in one of the ticks that follow.
  req.read();
  afterTicks(() => {
    if (req.complete) {
      req.resume();
      return;
    }
    socket.pause();
    turns.take(client, arrival.signal).then(begin, () => undefined);
  });
}

/** Calls a function when all ticks are over, those as well that are yet to be asked for, and before anything is read. */
const afterTicks = (then: () => void): void => process.nextTick(() => queueMicrotask(then));
