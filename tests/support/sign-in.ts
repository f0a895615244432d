import type { Credentials } from './client.ts';
import type { Wire } from './wire.ts';

type Headers = Readonly<Record<string, string>>;

/** Logs in over the wire; gives the headers for what needs a user. */
export async function signIn(wire: Wire, user: string, password: string): Promise<Headers> {
  const answer = await wire.sendChecked({
    method: 'POST',
    path: '/api/v1/login',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ user, password }),
  });
  const { data } = JSON.parse(answer.text) as { data: Credentials };
  return { 'X-User-Id': data.userId, 'X-Auth-Token': data.authToken };
}
