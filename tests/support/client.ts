import type { Express } from 'express';
import request, { type Response } from 'supertest';

export interface Credentials {
  readonly userId: string;
  readonly authToken: string;
}

type Query = Readonly<Record<string, unknown>>;

/** Calls the service as a client of Rocket.Chat's API does. */
export interface ApiClient {
  get(path: string, query?: Query): Promise<Response>;
  post(path: string, body?: unknown): Promise<Response>;
  put(path: string, body?: unknown): Promise<Response>;
  delete(path: string, body?: unknown): Promise<Response>;
  /** The same client with a user's token headers. */
  as(credentials: Credentials): ApiClient;
}

/** A client for `/api/v1`; every answer it sees is checked against openapi.yaml. */
export function apiClient(app: Express, headers: Readonly<Record<string, string>> = {}): ApiClient {
  const url = (path: string) => `/api/v1/${path}`;
  return {
    get: (path, query = {}) => request(app).get(url(path)).query(query).set(headers),
    post: (path, body = {}) =>
      request(app)
        .post(url(path))
        .set(headers)
        .send(body as object),
    put: (path, body = {}) =>
      request(app)
        .put(url(path))
        .set(headers)
        .send(body as object),
    delete: (path, body = {}) =>
      request(app)
        .delete(url(path))
        .set(headers)
        .send(body as object),
    as: ({ userId, authToken }) =>
      apiClient(app, { ...headers, 'X-User-Id': userId, 'X-Auth-Token': authToken }),
  };
}
