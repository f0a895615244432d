import type { ApiClient } from './client.ts';
import { unique } from './visitors.ts';

/** Tells that a visitor opened a page, as Rocket.Chat's widget does; gives the visitor's token. */
export async function openPage(
  api: ApiClient,
  given: { readonly token?: string; readonly url?: string; readonly title?: string } = {},
): Promise<string> {
  const { token = unique('token'), url = 'https://shop.example/', title = 'Home' } = given;
  await report(api, token, { change: 'url', title, location: { href: url } });
  return token;
}

/** Tells that the open page has a new title, as Rocket.Chat's widget does. */
export const renamePage = (api: ApiClient, token: string, title: string): Promise<void> =>
  report(api, token, { change: 'title', title, location: { href: 'https://shop.example/' } });

async function report(api: ApiClient, token: string, pageInfo: object): Promise<void> {
  const answer = await api.post('livechat/page.visited', { token, pageInfo });
  if (answer.status !== 200) throw new Error(`the page was not taken: ${answer.text}`);
}
