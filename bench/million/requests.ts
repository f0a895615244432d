import { agentOf, departmentOf, emailOf, nameOf, phoneOf, roomIdOf, visitorIdOf } from './documents.ts';

/** What the benchmark asks for: a path below `/api/v1/`, by what it is called in the table. */
export type Requests = Readonly<Record<string, string>>;

const query = (path: string, fields: Readonly<Record<string, string>>): string =>
  `${path}?${new URLSearchParams(fields)}`;

const search = (term: string, fields: Readonly<Record<string, string>> = {}): string =>
  query('livechat/visitors.search', { term, ...fields });

const far = '10000';
const roomOrders = ['ts', 'closedAt', 'fname'];
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

type Fields = readonly (readonly [string, string])[];

const minute = (n: number): string => new Date(Date.UTC(2020, 0, 1) + n * 60_000).toISOString();

/** The filters of `livechat/rooms`, each alone. */
function roomFilters(rooms: number): Readonly<Record<string, readonly [string, string]>> {
  const middle = Math.floor(rooms / 2);
  const period = JSON.stringify({ start: minute(middle), end: minute(middle + 5_000) });
  const firstHalf = JSON.stringify({ end: minute(middle) });
  return {
    agents: ['agents[]', agentOf(3)],
    department: ['departmentId', departmentOf(3)],
    'createdAt period': ['createdAt', period],
    'closedAt period': ['closedAt', period],
    'createdAt long ago': ['createdAt', firstHalf],
    'closedAt long ago': ['closedAt', firstHalf],
    'part of a name': ['roomName', (nameOf(middle).split(' ')[1] ?? '').slice(1)],
    'common name': ['roomName', 'Dmitri'],
    tags: ['tags[]', 'tag-3'],
    'custom field': ['customFields', JSON.stringify({ order: `order ${middle}` })],
    'common custom field': ['customFields', JSON.stringify({ order: 'order 77' })],
    open: ['open', 'true'],
    closed: ['open', 'false'],
    onhold: ['onhold', 'true'],
    queued: ['queued', 'true'],
  };
}

/** Several filters of `livechat/rooms` at a time. */
const filtersTogether: Readonly<Record<string, readonly string[]>> = {
  'department and closed': ['department', 'closed'],
  'agents and open': ['agents', 'open'],
  'department and common name': ['department', 'common name'],
  'tags and createdAt long ago': ['tags', 'createdAt long ago'],
  'department, tags and closed': ['department', 'tags', 'closed'],
  'five filters': ['agents', 'department', 'createdAt period', 'tags', 'common name'],
  'all filters': [
    ...['agents', 'department', 'createdAt long ago', 'closedAt long ago', 'tags', 'common name'],
    ...['common custom field', 'closed'],
  ],
};

/** `livechat/rooms` by each filter and by several, the first page, and one far from it in each order. */
function roomRequests(rooms: number): Requests {
  const filters = roomFilters(rooms);
  const alone = Object.entries(filters).map(([name, filter]): [string, Fields] => [name, [filter]]);
  const together = Object.entries(filtersTogether).map(([name, names]): [string, Fields] => [
    name,
    names.flatMap((each) => (filters[each] ? [filters[each]] : [])),
  ]);
  const list = (fields: Fields) => query('livechat/rooms', Object.fromEntries(fields));
  const pages = [...alone, ...together].flatMap(([name, fields]) => [
    [`rooms by ${name}`, list(fields)],
    ...roomOrders.map((field) => [
      `rooms by ${name}, by ${field}, offset ${far}`,
      list([...fields, ['sort', JSON.stringify({ [field]: -1 })], ['offset', far]]),
    ]),
  ]);
  return {
    rooms: list([]),
    [`rooms, offset ${far}`]: list([['offset', far]]),
    ...Object.fromEntries(pages),
    'open rooms by lm': list([
      ['open', 'true'],
      ['sort', '{"lm":-1}'],
    ]),
    "an agent's rooms by lm": list([
      ['agents[]', agentOf(3)],
      ['sort', '{"lm":-1}'],
    ]),
  };
}

/** The other lists that people and consoles open. */
export function listRequests(rooms: number): Requests {
  const chats = `room/${roomIdOf(0)}/visitor/${visitorIdOf(0)}`;
  const nearEnd = '9000';
  return {
    ...roomRequests(rooms),
    chatHistory: `livechat/visitors.chatHistory/${chats}`,
    [`chatHistory, offset ${nearEnd}`]: query(`livechat/visitors.chatHistory/${chats}`, { offset: nearEnd }),
    searchChats: `livechat/visitors.searchChats/${chats}`,
    'searchChats by text': query(`livechat/visitors.searchChats/${chats}`, { searchText: 'line 51234' }),
    'searchChats by a common text': query(`livechat/visitors.searchChats/${chats}`, { searchText: 'line' }),
    'inquiries.list': 'livechat/inquiries.list',
    [`inquiries.list, offset ${nearEnd}`]: query('livechat/inquiries.list', { offset: nearEnd }),
    ':rid/messages': `livechat/${roomIdOf(1)}/messages`,
    pagesVisited: `livechat/visitors.pagesVisited/${roomIdOf(0)}`,
    [`pagesVisited, offset ${far}`]: query(`livechat/visitors.pagesVisited/${roomIdOf(0)}`, { offset: far }),
    'users/agent': 'livechat/users/agent',
  };
}
