import type { Express } from 'express';
import request, { type Response } from 'supertest';
import { adminBasic } from './accounts.ts';
import { checked } from './client.ts';

/** REVE Chat declares its plain texts as JSON, with a charset; only what has none is JSON. */
function parseAnswer(
  res: NodeJS.ReadableStream & { text: string; headers: Readonly<Record<string, string>> },
  done: (error: Error | null, body: unknown) => void,
): void {
  res.text = '';
  res.setEncoding('utf8');
  res.on('data', (chunk: string) => {
    res.text += chunk;
  });
  res.on('end', () =>
    done(null, res.headers['content-type'] === 'application/json' ? JSON.parse(res.text) : res.text),
  );
}

/** Calls the service as a client of REVE Chat's API does; every answer is checked against openapi.yaml. */
export const reveChatClient =
  (app: () => Express, headers: Readonly<Record<string, string>> = adminBasic) =>
  (path: string): Promise<Response> =>
    checked(
      request(app())
        .get(`/api/${path}`)
        .set(headers)
        .buffer(true)
        .parse(parseAnswer as unknown as Parameters<request.Test['parse']>[0]),
    );

/** The message in REVE Chat's JSON errors, after the status. */
export const reveError = ({ status, body }: Response): string => {
  const [{ code, message }] = body.error;
  if (code !== status) throw new Error(`the body of a ${status} says ${code}`);
  return `${status} ${message}`;
};
