import { AsyncLocalStorage } from 'node:async_hooks';

const requestIds = new AsyncLocalStorage<string | undefined>();

/** Runs what serves a request; everything that it calls or awaits can tell the request's id. */
export const withRequestId = <T>(requestId: string | undefined, serve: () => T): T =>
  requestIds.run(requestId, serve);

/** The id of the request being served; undefined outside of requests. */
export const currentRequestId = (): string | undefined => requestIds.getStore();
