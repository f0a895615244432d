import type { Express } from 'express';
import request, { type Response } from 'supertest';
import { checked } from './client.ts';

/** Calls Foyer's own API; paths are below `/api/foyer/v1/`. */
export interface FoyerClient {
  get(path: string, query?: Readonly<Record<string, unknown>>): Promise<Response>;
  post(path: string, body?: object): Promise<Response>;
  delete(path: string): Promise<Response>;
}

/** A client with these headers; every answer is checked against openapi.yaml. */
export function foyerClient(
  app: () => Express,
  headers: () => Readonly<Record<string, string>>,
): FoyerClient {
  const url = (path: string) => `/api/foyer/v1/${path}`;
  return {
    get: (path, query = {}) => checked(request(app()).get(url(path)).query(query).set(headers())),
    post: (path, body = {}) => checked(request(app()).post(url(path)).set(headers()).send(body)),
    delete: (path) => checked(request(app()).delete(url(path)).set(headers())),
  };
}
