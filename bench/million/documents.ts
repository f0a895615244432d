import { randomBytes } from 'node:crypto';

// What the database of the benchmark contains: visitors, their rooms and messages, each made from its number.

const firstNames =
  'Anna Bernd Clara Dmitri Elena Farid Greta Hassan Ines Jonas Kenji Lucia Marek Nadia Oscar Priya Quentin Rosa Samir Tomoko Ulrike Viktor Wanda Xenia Yusuf Zoe'.split(
    ' ',
  );
const syllables = 'ka lo mi ne ru sa te vo wi zu an el or is ub ey'.split(' ');
const firstDay = Date.UTC(2020, 0, 1);
const minuteMs = 60_000;

/** A name that no other number has. */
const surname = (n: number): string =>
  [0, 4, 8, 12, 16].map((shift) => syllables[(n >> shift) & 15]).join('');
const hexId = (): string => randomBytes(12).toString('hex');
const dateOf = (n: number): Date => new Date(firstDay + n * minuteMs);

/** Of each visitor what a search can find. */
export const nameOf = (n: number): string => `${firstNames[(n * 7) % firstNames.length]} ${surname(n)}`;
export const emailOf = (n: number): string => `${surname(n)}${n}@example.org`;
export const phoneOf = (n: number): string => `+49 30 ${5_000_000 + n}`;
export const visitorIdOf = (n: number): string => `visitor-${n}`;
export const roomIdOf = (n: number): string => `room-${n}`;

export const visitorOf = (n: number) => ({
  _id: visitorIdOf(n),
  token: hexId(),
  username: `guest-${n}`,
  name: nameOf(n),
  visitorEmails: [{ address: emailOf(n) }],
  phone: [{ phoneNumber: phoneOf(n) }],
  ts: dateOf(n),
  _updatedAt: dateOf(n),
});

/** Rooms from this one on, so many, are the chats of the first visitor. */
export const chattyRooms = 10_000;
/** So many page views are in the first room. */
export const viewsOfFirstRoom = 50_000;
const agents = 40;
const departments = 12;

export const agentOf = (n: number): string => `agent-${n % agents}`;
export const departmentOf = (n: number): string => `department-${n % departments}`;

/** The first rooms belong to one visitor, every other one to a visitor of its own; one in fifty is open. */
export function roomOf(n: number) {
  const visitor = n < chattyRooms ? 0 : n;
  const isOpen = n % 50 === 49 && n >= chattyRooms;
  const ts = dateOf(n);
  return {
    _id: roomIdOf(n),
    t: 'l',
    fname: nameOf(n),
    v: { _id: visitorIdOf(visitor), username: `guest-${visitor}`, token: `token-${visitor}` },
    departmentId: departmentOf(n),
    servedBy: { _id: agentOf(n), username: agentOf(n), ts },
    tags: [`tag-${n % 30}`],
    livechatData: { order: `order ${n}` },
    msgs: 5,
    usersCount: 2,
    source: { type: 'api' },
    ts,
    lm: ts,
    ...(isOpen ? { open: true } : { closedAt: new Date(ts.getTime() + 10 * minuteMs), closer: 'user' }),
    _updatedAt: ts,
  };
}

/** The n-th message: page views of the first room, then five lines in each room. */
export function messageOf(n: number) {
  const ts = dateOf(n);
  const base = { _id: `message-${n}`, ts, _updatedAt: ts, u: { _id: visitorIdOf(0), username: 'guest-0' } };
  if (n >= viewsOfFirstRoom)
    return { ...base, rid: roomIdOf(Math.floor((n - viewsOfFirstRoom) / 5)), msg: `line ${n}` };
  const page = { title: `Page ${n}`, change: 'url', location: { href: `https://shop.example.org/${n}` } };
  const navigation = { page, token: 'token-0' };
  return { ...base, rid: roomIdOf(0), t: 'livechat_navigation_history', msg: '', navigation };
}

/** The place of the n-th room in the queue. */
export const inquiryOf = (n: number) => ({
  _id: `inquiry-${n}`,
  rid: roomIdOf(n),
  name: nameOf(n),
  ts: dateOf(n),
  department: departmentOf(n),
  message: 'Hello',
  status: 'queued',
  v: { _id: visitorIdOf(n), username: `guest-${n}` },
  t: 'l',
  _updatedAt: dateOf(n),
});
