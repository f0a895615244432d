import type { Request, RequestHandler } from 'express';
import { clientAddress, networkOf } from './client-address.ts';
import { Turns } from './turns.ts';

/** How many unread bodies of an address are taken from their connections at a time. */
const bodiesAtATime = 2;
/** How long a client has to read its answer, and to send the rest of its body, before its connection is closed. */
const defaultPatienceMs = 5_000;

/**
 * Throws away what is still arriving of a body once its request has been answered, since nobody will read it. The
 * connection cannot be closed at once: the client's system would then throw the answer away as well. Bodies take turns,
 * and none is read while it waits: Node accepts one connection each time it has looked at all others, so reading from
 * hundreds of them would keep new clients waiting for seconds.
 */
export function discardUnreadBodies(
  forwardedCount: number,
  patienceMs: number = defaultPatienceMs,
): RequestHandler {
  const turns = new Turns(bodiesAtATime);
  return (req, res, next) => {
    res.once('finish', () => {
      if (!req.complete) discard(req, networkOf(clientAddress(req, forwardedCount)), turns, patienceMs);
    });
    next();
  };
}

function discard(req: Request, client: string, turns: Turns, patienceMs: number): void {
  const { socket } = req;
  const arrival = new AbortController();
  const cutOff = setTimeout(() => socket.destroy(), patienceMs);
  const done = () => {
    req.off('end', done);
    socket.off('close', done);
    clearTimeout(cutOff);
    arrival.abort();
  };
  req.once('end', done);
  socket.once('close', done);
  // When an answer is finished Node lets the rest of the body flow; it can be stopped after that.
  setImmediate(() => {
    if (arrival.signal.aborted) return;
    socket.pause();
    turns.take(client, arrival.signal).then(
      () => socket.resume(),
      () => undefined,
    );
  });
}
