import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Far more than any client sends before it has an answer; browsers and their like send one. */
const mostWaiting = 32;

/**
 * Handles the requests of a connection one after the other, and in between those of others. A client may send further
 * ones before the first is answered; Node would begin with all that it has read, hundreds at a time. A connection on
 * which too many wait is cut, since Node goes on reading whatever is paused.
 */
export function oneAtATime(handle: RequestListener): RequestListener {
  const waitingOn = new WeakMap<Socket, number>();
  return (req, res) => {
    // An answer gets the connection when the one before it is finished.
    if (res.socket !== null) return handle(req, res);
    const { socket } = req;
    if (socket.destroyed) return;
    const waiting = (waitingOn.get(socket) ?? 0) + 1;
    waitingOn.set(socket, waiting);
    if (waiting > mostWaiting) socket.destroy();
    else res.once('socket', () => setImmediate(begin, req, res));
  };

  function begin(req: IncomingMessage, res: ServerResponse): void {
    waitingOn.set(req.socket, (waitingOn.get(req.socket) ?? 1) - 1);
    if (!res.destroyed) handle(req, res);
  }
}
