import type { Express } from 'express';
import request, { type Response, type Test } from 'supertest';
import { basicOf } from './accounts.ts';
import { checkResponse } from './contract.ts';

export interface LiveChatClient {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  post(path: string, body: object | string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  delete(path: string): Promise<Response>;
}

/** Calls the service as a client of LiveChat's API does; every answer is checked against openapi.yaml. */
export function liveChatClient(app: () => Express, login: string, key: string): LiveChatClient {
  const send = async (test: Test, headers: Readonly<Record<string, string>> = {}) => {
    const response = await test.set({ 'X-API-Version': '2', ...basicOf(login, key), ...headers });
    const contentType = response.headers['content-type'];
    if (contentType === 'application/json; charset=utf-8')
      checkResponse({
        ...{ method: test.method, path: new URL(test.url).pathname.replace(/^\/v2|\/$/g, '') },
        ...{ status: response.status, contentType, body: response.body },
      });
    return response;
  };
  return {
    get: (path, headers) => send(request(app()).get(path), headers),
    post: (path, body, headers) => send(request(app()).post(path).send(body), headers),
    delete: (path) => send(request(app()).delete(path)),
  };
}
