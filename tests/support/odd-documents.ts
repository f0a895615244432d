import type { Document } from 'mongodb';

const day = new Date('2020-02-07T00:00:00Z');

/** Texts, numbers, nulls and lists where Rocket.Chat has something else, for every field that is read. */
const oddValues: readonly unknown[] = [null, 'text', 5, [null, 5]];

/** A document with one field at a time of a form that it never has, and one without the field. */
const variants = (name: string, base: Document, fields: readonly string[]): Document[] =>
  fields.flatMap((field) => {
    const { [field]: _, ...without } = base;
    // A list in `ts` beside one in another field is what no index takes, MongoDB's own included.
    const values = oddValues.filter((value) => field !== 'ts' || !Array.isArray(value));
    const odd = values.map((value, i) => ({ ...base, [field]: value, _id: `${name}-${field}-${i}` }));
    return [{ ...without, _id: `${name}-${field}-none` }, ...odd];
  });

const visitor = {
  ts: day,
  name: 'Odd Ann',
  username: 'guest-2',
  status: 'online',
  phone: [{ phoneNumber: '55' }],
  visitorEmails: [{ address: 'ann@x.io' }],
  livechatData: { city: 'Köln' },
  lastChat: { _id: 'r', ts: day },
};

/** Visitors; each holds the token `token-` and its `_id`. */
export const oddVisitors: Document[] = variants('visitor', visitor, Object.keys(visitor)).map((each) => ({
  ...each,
  token: `token-${each._id}`,
}));

const room = {
  ts: day,
  lm: day,
  msgs: 1,
  fname: 'Odd Ann',
  departmentId: 'd',
  servedBy: { _id: 'agent', username: 'agent', ts: day },
  metrics: { v: { lq: day }, servedBy: { lr: day }, response: { total: 1, tt: 1, avg: 1 } },
  responseBy: { _id: 'agent', username: 'agent' },
  lastMessage: { _id: 'm', msg: 'x', ts: day },
  livechatData: { topic: 'x' },
  source: { type: 'api' },
  tags: ['a'],
  waitingResponse: true,
};

/** Open rooms, each of a visitor without other oddities whose token is `token-` and the room's `_id`. */
export const oddRooms: Document[] = [
  ...variants('room', room, Object.keys(room)).map((each) => ({
    ...each,
    v: { _id: `of-${each._id}`, token: `token-${each._id}`, username: 'guest' },
  })),
  ...variants('room', { ...room, v: undefined }, ['v']),
].map((each) => ({ ...each, t: 'l', open: true }));

export const roomVisitors: Document[] = oddRooms.map(({ _id }) => ({
  _id: `of-${_id}`,
  token: `token-${_id}`,
  username: 'guest',
}));

const message = { msg: 'x', ts: day, u: { _id: 'agent', username: 'agent' }, expireAt: 1_600_000_000_000 };

/** Messages of the room `room-ts-none`. */
export const oddMessages: Document[] = variants('message', { ...message, t: 'uj' }, [
  ...Object.keys(message),
  't',
]).map((each) => ({ ...each, rid: 'room-ts-none' }));

const inquiry = { status: 'queued', name: 'Odd Ann', ts: day, department: 'd', v: { _id: 'v', token: 't' } };

/** Inquiries, the first ones of rooms that exist. */
export const oddInquiries: Document[] = variants('inquiry', inquiry, Object.keys(inquiry)).map((each, i) => ({
  ...each,
  rid: oddRooms[i]?._id,
}));
