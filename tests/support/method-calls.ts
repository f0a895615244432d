import type { ApiClient } from './client.ts';

/** Calls methods of the realtime protocol over HTTP, and gives the status, and what the answer's message says. */
export const methodCaller =
  (api: ApiClient) =>
  async (method: string, ...params: unknown[]) => {
    const message = JSON.stringify({ msg: 'method', id: 'id', method, params });
    const { status, body } = await api.post(`method.call/${method}`, { message });
    return { status, success: body.success, ...JSON.parse(body.message) };
  };
