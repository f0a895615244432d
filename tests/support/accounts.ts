import type { Express } from 'express';
import { type ApiClient, apiClient, type Credentials, headersOf } from './client.ts';
import { dialectOf } from './openapi.ts';
import { adminUsername } from './service.ts';

/** Logs in by password and gives the token headers. */
export async function logIn(
  app: Express,
  user: string = adminUsername,
  password: string = user,
): Promise<Credentials> {
  const answer = await apiClient(app).post('login', { user, password });
  if (answer.status !== 200) throw new Error(`${user} could not log in: ${answer.text}`);
  return answer.body.data;
}

/** A client that calls as a user, the administrator unless another is named. */
export async function clientOf(app: Express, user?: string, password?: string): Promise<ApiClient> {
  return apiClient(app).as(await logIn(app, user, password));
}

/** The header by which clients of Basic identify themselves. */
export const basicOf = (username: string, password: string) => ({
  Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
});

export const adminBasic = basicOf(`${adminUsername}@rocket.chat`, adminUsername);

/** The headers by which the administrator calls each dialect. */
export async function adminHeaders(
  app: Express,
): Promise<(path: string) => Readonly<Record<string, string>>> {
  const credentials = await logIn(app);
  const admin = apiClient(app).as(credentials);
  const key = (await admin.post('users.generatePersonalAccessToken', { tokenName: 'contract' })).body.token;
  const both = { ...headersOf(credentials), ...adminBasic };
  return (path) => (dialectOf(path) === 'livechat' ? { ...both, ...basicOf(adminUsername, key) } : both);
}
