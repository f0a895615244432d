/** The headers of the administrator of a service that `Processes` started; administrators have no rate limit. */
export async function logIn(port: number): Promise<Readonly<Record<string, string>>> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ user: 'admin', password: 'bench' }),
  });
  const { data } = (await answer.json()) as { data: { userId: string; authToken: string } };
  return { 'X-User-Id': data.userId, 'X-Auth-Token': data.authToken };
}
