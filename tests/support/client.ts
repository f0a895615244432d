import type { Express } from 'express';
import request, { type Response, type Test } from 'supertest';
import { checkResponse } from './contract.ts';

export interface Credentials {
  readonly userId: string;
  readonly authToken: string;
}

/** The headers by which a user is known. */
export const headersOf = ({ userId, authToken }: Credentials) => ({
  'X-User-Id': userId,
  'X-Auth-Token': authToken,
});

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

/** Sends a request; the answer is checked against openapi.yaml. @throws where it differs. */
export async function checked(test: Test): Promise<Response> {
  const response = await test;
  const contentType: unknown = response.headers['content-type'];
  checkResponse({
    method: test.method,
    path: new URL(test.url).pathname,
    status: response.status,
    contentType: typeof contentType === 'string' ? contentType : undefined,
    body: /^application\/(problem\+)?json(; charset=utf-8)?$/.test(String(contentType))
      ? JSON.parse(response.text)
      : // A picture has no text.
        (response.text ?? ''),
  });
  return response;
}

/** The status of an answer and what it says is wrong. */
export async function errorOf(answer: Promise<Response>): Promise<string> {
  const { status, body } = await answer;
  return `${status} ${body.error}`;
}

/** A client for `/api/v1`; every answer it sees is checked against openapi.yaml. */
export function apiClient(app: Express, headers: Readonly<Record<string, string>> = {}): ApiClient {
  const url = (path: string) => `/api/v1/${path}`;
  const send = (test: Test, body: unknown) => checked(test.set(headers).send(body as object));
  return {
    get: (path, query = {}) => checked(request(app).get(url(path)).query(query).set(headers)),
    post: (path, body = {}) => send(request(app).post(url(path)), body),
    put: (path, body = {}) => send(request(app).put(url(path)), body),
    delete: (path, body = {}) => send(request(app).delete(url(path)), body),
    as: (credentials) => apiClient(app, { ...headers, ...headersOf(credentials) }),
  };
}
