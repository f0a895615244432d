import { agentOf, departmentOf, emailOf, nameOf, phoneOf, roomIdOf, visitorIdOf } from './documents.ts';

/** What the benchmark asks for: a path below `/api/v1/`, by what it is called in the table. */
export type Requests = Readonly<Record<string, string>>;

const query = (path: string, fields: Readonly<Record<string, string>>): string =>
  `${path}?${new URLSearchParams(fields)}`;

const search = (term: string, fields: Readonly<Record<string, string>> = {}): string =>
  query('livechat/visitors.search', { term, ...fields });

const far = '10000';
const orders = ['ts', 'name', 'username', 'lastChat.ts', 'phone', 'visitorEmails.address'];

/** Searches for visitors: of one among so many, of some, of most and of all of them. */
export function searchRequests(size: number): Requests {
  const one = Math.floor(size / 2);
  const common = ['Dmitri', '77', 'a', ''];
  const pages = common.flatMap((term) => [
    [`term "${term}"`, search(term)],
    ...orders.map((field) => [
      `term "${term}" by ${field}, offset ${far}`,
      search(term, { sort: JSON.stringify({ [field]: 1 }), offset: far }),
    ]),
  ]);
  return {
    'e-mail': search(emailOf(one)),
    phone: search(phoneOf(one)),
    username: search(`guest-${one}`),
    'part of a rare name': search((nameOf(one).split(' ')[1] ?? '').slice(1).toUpperCase()),
    nobody: search('nobody at all'),
    ...Object.fromEntries(pages),
    'autocomplete "Dmi"': query('livechat/visitors.autocomplete', { selector: '{"term":"Dmi"}' }),
    'contact.search by e-mail': query('omnichannel/contact.search', { email: emailOf(one) }),
  };
}

/** The other lists that people and consoles open. */
export function listRequests(rooms: number): Requests {
  const day = (n: number) => new Date(Date.UTC(2020, 0, 1) + n * 60_000).toISOString();
  const period = JSON.stringify({ start: day(rooms / 2), end: day(rooms / 2 + 5_000) });
  const filters = {
    agents: ['agents[]', agentOf(3)],
    department: ['departmentId', departmentOf(3)],
    'createdAt period': ['createdAt', period],
    'closedAt period': ['closedAt', period],
    'part of a name': ['roomName', (nameOf(Math.floor(rooms / 2)).split(' ')[1] ?? '').slice(1)],
    'common name': ['roomName', 'Dmitri'],
    tags: ['tags[]', 'tag-3'],
    'custom field': ['customFields', JSON.stringify({ order: `order ${Math.floor(rooms / 2)}` })],
    open: ['open', 'true'],
    closed: ['open', 'false'],
  } as const;
  const list = (fields: readonly (readonly [string, string])[]) =>
    query('livechat/rooms', Object.fromEntries(fields));
  const together = [
    filters.agents,
    filters.department,
    filters['createdAt period'],
    filters.tags,
    filters['common name'],
  ];
  const chats = `room/${roomIdOf(0)}/visitor/${visitorIdOf(0)}`;
  return {
    rooms: list([]),
    'rooms, offset 10000': list([['offset', far]]),
    ...Object.fromEntries(
      Object.entries(filters).map(([name, filter]) => [`rooms by ${name}`, list([filter])]),
    ),
    'rooms by five filters': list(together),
    chatHistory: `livechat/visitors.chatHistory/${chats}`,
    searchChats: `livechat/visitors.searchChats/${chats}`,
    'searchChats by text': query(`livechat/visitors.searchChats/${chats}`, { searchText: 'line 51234' }),
    'inquiries.list': 'livechat/inquiries.list',
    ':rid/messages': `livechat/${roomIdOf(1)}/messages`,
    pagesVisited: `livechat/visitors.pagesVisited/${roomIdOf(0)}`,
    'users/agent': 'livechat/users/agent',
  };
}
