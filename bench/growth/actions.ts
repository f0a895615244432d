import { emailOf, nameOf, visitorIdOf } from '../million/documents.ts';
import type { Scene } from './scene.ts';

/** Sends the n-th request of its kind. */
export type Action = (n: number) => Promise<Response>;

/** So many visitors, from all over the database, come again. */
const mostReturning = 2_000;
/** A prime number: its multiples are all over the database, and no visitor comes twice. */
const stride = 7_919;

/** What is measured, by its name. */
export async function actionsOn(scene: Scene): Promise<Readonly<Record<string, Action>>> {
  const { port, admin, visitors } = scene;
  const api = `http://127.0.0.1:${port}/api/v1/livechat`;
  const post = (path: string, body: object) =>
    fetch(`${api}/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...admin },
      body: JSON.stringify(body),
    });
  const search = (term: string) =>
    fetch(`${api}/visitors.search?${new URLSearchParams({ term })}`, { headers: admin });
  const look = (token: string) => post('page.visited', { token, pageInfo });
  const some = (n: number) => (n * stride) % visitors;
  const returning = await returningVisitors(scene, some);
  const back = (n: number) => returning[n % returning.length] ?? { token: '', name: '' };
  return {
    registering: (n) => {
      const visitor = { token: `grown-${n}`, name: `Ann ${n}`, email: `grown-${n}@example.org` };
      return post('visitor', { visitor });
    },
    'registering once more': (n) => post('visitor', { visitor: back(n) }),
    'first page views': (n) => look(`viewer-${n}`),
    'page views of visitors': (n) => look(back(n).token),
    'search by e-mail': (n) => search(emailOf(some(n))),
    'search by part of a name': (n) => search((nameOf(some(n)).split(' ')[1] ?? '').slice(1)),
    'search for nobody': (n) => search(`nobody ${n}`),
  };
}

const pageInfo = { change: 'url', title: 'Shoes', location: { href: 'https://shop.example.org/shoes' } };

interface Returning {
  readonly token: string;
  readonly name: string;
}

function returningVisitors({ db }: Scene, some: (n: number) => number): Promise<Returning[]> {
  const _ids = Array.from({ length: mostReturning }, (_, n) => visitorIdOf(some(n)));
  return db
    .collection<Returning & { readonly _id: string }>('rocketchat_livechat_visitor')
    .find({ _id: { $in: _ids } })
    .project<Returning>({ _id: 0, token: 1, name: 1 })
    .toArray();
}
