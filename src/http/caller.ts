import type { Request, Response } from 'express';
import type { User } from '../domain/accounts/user.ts';
import { clientAddress, networkOf } from './client-address.ts';
import type { Caller } from './endpoint.ts';

/** The caller of one request. */
export class RequestCaller implements Caller {
  user: User | undefined;
  readonly ip: string;
  readonly network: string;
  readonly header: Caller['header'];
  readonly #res: Response;
  #abort: AbortController | undefined;
  #isGivenUp = false;

  constructor(req: Request, res: Response, forwardedCount: number) {
    this.header = (name) => req.get(name);
    this.#res = res;
    this.ip = clientAddress(req, forwardedCount);
    this.network = networkOf(this.ip);
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

  /** Call when nobody is waiting for the handler any more. */
  giveUp(): void {
    this.#isGivenUp = true;
    this.#abort?.abort();
  }
}
