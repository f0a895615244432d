import type { IncomingMessage } from 'node:http';
import type { Attacker, Sent } from './attacker.ts';

/** What an attack finds: an administrator's headers, and the room of a visitor with very many, very long messages. */
export interface Scene {
  readonly admin: Readonly<Record<string, string>>;
  readonly visitor: { readonly token: string; readonly rid: string };
}

/** One of the ways in which the service was brought down once. */
export interface Attack {
  readonly name: string;
  /** Goes on until then, in `performance.now()`. */
  run(attacker: Attacker, scene: Scene, until: number): Promise<void>;
}

const mebibyte = 1024 * 1024;
let numbers = 0;
const number = () => {
  numbers += 1;
  return numbers;
};

const pageView = (token: string, title: string, change = 'url'): Sent => ({
  path: 'livechat/page.visited',
  body: { token, pageInfo: { change, title, location: { href: 'https://shop.example.org/' } } },
});

const registration = (visitor: object): Sent => ({ path: 'livechat/visitor', body: { visitor } });

const history = ({ visitor }: Scene): Sent => ({
  method: 'GET',
  path: `livechat/messages.history/${visitor.rid}?token=${visitor.token}&limit=1000`,
});

const message = ({ visitor: { token, rid } }: Scene, msg: string): Sent => ({
  path: 'livechat/message',
  body: { token, rid, msg },
});

const customFields = ({ token }: Scene['visitor'], entries: number): Sent => ({
  path: 'livechat/custom.fields',
  body: {
    token,
    customFields: Array.from({ length: entries }, () => ({
      ...{ key: 'order', value: `${'a'.repeat(40)}!`, overwrite: true },
    })),
  },
});

/** In the order of the list by which they were found. */
export const attacks: readonly Attack[] = [
  {
    name: '1 tokens and addresses that are a megabyte long',
    run: (attacker, _scene, until) =>
      attacker.flood(16, until, () => {
        const long = pageView(`${number()}`.padEnd(mebibyte - 500, 'x'), 'Shoes', 'none');
        const odd = {
          ...pageView(`token-${number()}`, 'Shoes'),
          headers: { 'X-Forwarded-For': `${number()}`.padEnd(14_000, 'y') },
        };
        return numbers % 4 === 0 ? odd : long;
      }),
  },
  {
    name: '2 histories of messages that are a megabyte long, ten at a time',
    run: (attacker, scene, until) => attacker.flood(10, until, () => history(scene)),
  },
  {
    name: '3 bodies for paths that do not exist, 500 at a time',
    run: (attacker, _scene, until) =>
      attacker.flood(500, until, () => ({ path: `nothing-${number()}`, body: 'x'.repeat(mebibyte) })),
  },
  {
    name: '4 page views and messages as fast as possible',
    run: (attacker, scene, until) =>
      attacker.flood(32, until, () =>
        number() % 2 === 0
          ? pageView(`flood-${number()}`, 'x'.repeat(4_000))
          : message(scene, 'x'.repeat(10_000)),
      ),
  },
  {
    name: '5 names of 900 kB, and searches',
    run: (attacker, { admin }, until) =>
      attacker.flood(8, until, () =>
        number() % 2 === 0
          ? registration({ token: `long-${number()}`, name: 'n'.repeat(900_000) })
          : { method: 'GET', path: `livechat/visitors.search?term=nn${number()}`, headers: admin },
      ),
  },
  {
    name: '6 messages full of e-mail addresses',
    run: (attacker, scene, until) =>
      attacker.flood(8, until, () =>
        message(scene, Array.from({ length: 2_000 }, () => `a${number()}@example.org`).join(' ')),
      ),
  },
  {
    name: '7 120 logins at once, and wrong passwords from 300 addresses',
    run: (attacker, _scene, until) =>
      attacker.flood(120, until, () => ({
        ...{ path: 'login', body: { user: 'admin', password: `wrong-${number()}` } },
        headers: { 'X-Forwarded-For': `192.0.2.${numbers % 250}` },
      })),
  },
  {
    name: '8 custom fields by the thousand',
    run: (attacker, { visitor }, until) =>
      attacker.flood(8, until, () => customFields(visitor, numbers % 2 === 0 ? 500 : 12_000)),
  },
  {
    name: '9 ten answers that are not read',
    async run(attacker, scene, until) {
      const held: IncomingMessage[] = [];
      const ask = () => attacker.send({ ...history(scene), onAnswer: (answer) => held.push(answer.pause()) });
      void Promise.all(Array.from({ length: 10 }, ask));
      await new Promise((resolve) => setTimeout(resolve, until - performance.now()));
      for (const answer of held) answer.destroy();
    },
  },
];
