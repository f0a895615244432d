import type { Request, Response } from 'express';
import type { User } from '../domain/accounts/user.ts';
import { clientAddress, networkOf } from './client-address.ts';
import type { Caller } from './endpoint.ts';

/** The caller of one request. */
export class RequestCaller implements Caller {
  user: User | undefined;
  readonly header: Caller['header'];
  readonly #req: Request;
  readonly #res: Response;
  readonly #forwardedCount: number;
  #ip: string | undefined;
  #network: string | undefined;
  #abort: AbortController | undefined;
  #isGivenUp = false;

  constructor(req: Request, res: Response, forwardedCount: number) {
    this.header = (name) => req.get(name);
    this.#req = req;
    this.#res = res;
    this.#forwardedCount = forwardedCount;
  }

  get isWidget(): boolean {
    return this.#res.locals.isFromWidget === true;
  }

  /** Read on demand, as is the network: users without limits are not asked for either. */
  get ip(): string {
    this.#ip ??= clientAddress(this.#req, this.#forwardedCount);
    return this.#ip;
  }

  get network(): string {
    this.#network ??= networkOf(this.ip);
    return this.#network;
  }

  /** Created on demand, since hardly any handler uses it. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController();
      this.#abort = abort;
      if (this.#isGivenUp || this.#res.destroyed) abort.abort();
      else this.#res.once('close', () => abort.abort());
    }
    return this.#abort.signal;
  }

  /** Whether something was told to stop because the client has gone; it fails with whatever the driver throws then. */
  get wasToldToStop(): boolean {
    return this.#abort?.signal.aborted === true && this.#res.closed && !this.#res.writableEnded;
  }

  /** Call when nobody is waiting for the handler any more. */
  giveUp(): void {
    this.#isGivenUp = true;
    this.#abort?.abort();
  }
}
