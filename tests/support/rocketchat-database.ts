import { createHash } from 'node:crypto';
import { hash } from 'bcrypt';
import type { Db, Document } from 'mongodb';

/** Passwords and tokens of the users in the database, in plain. */
export const secrets = {
  admin: { _id: 'rbAXPnMktTFbNpwtJ', username: 'olivia', password: 'correct horse', token: 'S'.repeat(43) },
  agent: { _id: 'agentXPnMktTFbNpw', username: 'arno', password: 'battery staple', token: 'A'.repeat(43) },
  supporter: { _id: 'suppoXPnMktTFbNpw', username: 'sue', password: 'pass word', token: 'P'.repeat(43) },
};

export const ids = {
  oldVisitor: 'eNjBwHJAbqbWyNf2z',
  twins: ['7aBcDeFgHiJkLmNpQ', '8aBcDeFgHiJkLmNpQ'],
  newVisitor: '66f0c0ffee00000000000001',
  bareVisitor: '66f0c0ffee00000000000002',
  disabledVisitor: '66f0c0ffee00000000000003',
  oldRoom: 'GvWh9oKzYbXqTnRcA',
  closedRoom: 'HvWh9oKzYbXqTnRcA',
} as const;

const sha256 = (text: string, encoding: 'hex' | 'base64') =>
  createHash('sha256').update(text).digest(encoding);
const day = (number: number) => new Date(Date.UTC(2026, 8, number, 8, 15, 30));

async function user(
  secret: (typeof secrets)['admin'],
  roles: string[],
  more: Document = {},
): Promise<Document> {
  const login = { hashedToken: sha256(secret.token, 'base64'), when: new Date() };
  return {
    _id: secret._id,
    createdAt: day(1),
    services: {
      password: { bcrypt: await hash(sha256(secret.password, 'hex'), 4) },
      resume: { loginTokens: [login] },
      email2fa: { enabled: false, changedAt: day(1) },
    },
    username: secret.username,
    emails: [{ address: `${secret.username}@example.org`, verified: true }],
    type: 'user',
    status: 'online',
    active: true,
    _updatedAt: day(2),
    roles,
    name: `${secret.username} Example`,
    settings: { preferences: { language: 'de' } },
    statusConnection: 'online',
    utcOffset: 2,
    ...more,
  };
}

const users = async (): Promise<Document[]> => [
  {
    _id: 'rocket.cat',
    username: 'rocket.cat',
    name: 'Rocket.Cat',
    type: 'bot',
    active: true,
    roles: ['bot'],
  },
  await user(secrets.admin, ['user', 'admin']),
  await user(secrets.agent, ['user', 'livechat-agent'], { statusLivechat: 'available', operator: true }),
  await user(secrets.supporter, ['user', 'custom-support']),
];

const oldVisitor = {
  _id: ids.oldVisitor,
  username: 'guest-2',
  token: 'old-token',
  ts: day(1),
  name: 'Gerda Großmann',
  visitorEmails: [{ address: 'gerda@example.org' }],
  phone: [{ phoneNumber: '55 51 5555-5555' }],
  livechatData: { city: 'Straße 7, Köln', secret: 'hidden' },
  lastChat: { _id: ids.oldRoom, ts: day(2) },
  userAgent: 'Mozilla/4.0',
  ip: '192.0.2.1',
  host: 'old.example',
  _updatedAt: day(2),
};

const visitors = (): Document[] => [
  oldVisitor,
  ...ids.twins.map((_id, index) => ({
    _id,
    username: `guest-${index + 3}`,
    token: 'twin-token',
    ts: day(3 + index),
    name: 'Twin',
    visitorEmails: [{ address: 'twin@example.org' }],
    phone: [{ phoneNumber: '12345' }],
    _updatedAt: day(3),
  })),
  {
    _id: ids.newVisitor,
    _updatedAt: day(9),
    activity: ['2026-09'],
    contactManager: { _id: secrets.agent._id, username: 'arno', name: 'Arno', emails: [] },
    department: 'gone',
    externalIds: [{ appId: 'app', entityId: '1' }],
    name: 'Nora 日本',
    status: 'online',
    token: 'new-token',
    ts: day(8),
    username: 'guest-5',
  },
  { _id: ids.bareVisitor, token: 'bare-token' },
  { _id: ids.disabledVisitor, disabled: true, activity: ['2026-08'], _updatedAt: day(5) },
];

const v = { _id: ids.oldVisitor, username: 'guest-2', token: 'old-token', status: 'online' };
const u = { _id: secrets.agent._id, username: 'arno', name: 'Arno Example' };

const rooms = (): Document[] => [
  {
    _id: ids.oldRoom,
    name: 'a name of old',
    msgs: 2,
    usersCount: 1,
    lm: day(2),
    fname: 'Gerda Großmann',
    t: 'l',
    ts: day(2),
    v,
    u: { _id: secrets.agent._id, username: 'arno' },
    servedBy: { _id: secrets.agent._id, username: 'arno', ts: day(2) },
    cl: false,
    open: true,
    waitingResponse: true,
    _updatedAt: day(2),
  },
  {
    _id: ids.closedRoom,
    msgs: 1,
    usersCount: 1,
    fname: 'Gerda Großmann',
    t: 'l',
    ts: day(1),
    v: { _id: ids.oldVisitor, username: 'guest-2', token: 'older-token' },
    closedAt: day(1),
    closer: 'user',
    closedBy: u,
    metrics: { chatDuration: 12.5 },
    source: { type: 'other', alias: 'unknown' },
    _updatedAt: day(1),
  },
  { _id: 'GENERAL', t: 'c', name: 'general', msgs: 5, ts: day(1), usernames: [], _updatedAt: day(1) },
];

const page = (_id: string, href: string, more: Document) => ({
  _id,
  t: 'livechat_navigation_history',
  msg: `Shop - ${href}`,
  ts: day(2),
  u: { _id: 'rocket.cat', username: 'rocket.cat' },
  groupable: false,
  navigation: { page: { title: 'Shop', change: 'url', location: { href } }, token: 'old-token' },
  _hidden: true,
  _updatedAt: day(2),
  ...more,
});

const messages = (): Document[] => [
  {
    _id: 'mOldMessage1234567',
    rid: ids.oldRoom,
    msg: 'Guten Tag',
    token: 'old-token',
    alias: 'Gerda Großmann',
    ts: day(2),
    u: { _id: ids.oldVisitor, username: 'guest-2', name: 'Gerda Großmann' },
    mentions: [],
    channels: [],
    _updatedAt: day(2),
  },
  {
    _id: 'mOldAnswer12345678',
    rid: ids.oldRoom,
    msg: 'Was darf es sein?',
    ts: day(3),
    u,
    _updatedAt: day(3),
  },
  // A number in the past: Rocket.Chat's TTL index leaves it alone.
  page('pOldPage123456789', 'https://shop.example/cart', { rid: ids.oldRoom, expireAt: 1_600_000_000_000 }),
  page('pLonePage12345678', 'https://shop.example/', { expireAt: 1_600_000_000_000 }),
];

const others: Readonly<Record<string, Document[]>> = {
  rocketchat_roles: [
    {
      _id: 'admin',
      name: 'admin',
      scope: 'Users',
      description: 'Admin',
      protected: true,
      mandatory2fa: false,
    },
    { _id: 'custom-support', name: 'custom-support', scope: 'Users', description: '', protected: false },
    ...['user', 'bot', 'livechat-agent', 'livechat-manager'].map((_id) => ({
      _id,
      name: _id,
      protected: true,
    })),
  ],
  rocketchat_permissions: [
    { _id: 'view-l-room', roles: ['admin', 'custom-support'], _updatedAt: day(1) },
    { _id: 'view-livechat-rooms', roles: ['custom-support'], _updatedAt: day(1) },
    { _id: 'view-livechat-manager', roles: ['admin'], _updatedAt: day(1) },
  ],
  rocketchat_settings: [
    { _id: 'API_Upper_Count_Limit', value: 2, packageValue: 100, type: 'int', group: 'General', ts: day(1) },
    { _id: 'Livechat_guest_count', value: 41, packageValue: 1, type: 'int', hidden: true, ts: day(1) },
    { _id: 'Livechat_enabled', value: true, packageValue: false, type: 'boolean', public: true, ts: day(1) },
    { _id: 'uniqueID', value: 'abc', type: 'string' },
  ],
  rocketchat_livechat_custom_field: [
    {
      _id: 'city',
      label: 'City',
      scope: 'visitor',
      visibility: 'visible',
      searchable: true,
      _updatedAt: day(1),
    },
    { _id: 'secret', label: 'Secret', scope: 'visitor', visibility: 'hidden', _updatedAt: day(1) },
  ],
  rocketchat_livechat_inquiry: [
    { _id: 'inquiryOfOldRoom1', rid: ids.oldRoom, name: 'Gerda', ts: day(2), status: 'taken', v, t: 'l' },
  ],
  rocketchat_subscription: [
    {
      _id: 'seatOfArno1234567',
      rid: ids.oldRoom,
      name: 'Gerda',
      u: { _id: u._id, username: 'arno' },
      t: 'l',
    },
  ],
  rocketchat__trash: [{ _id: 'goneGoneGoneGone1', _deletedAt: day(1), __collection__: 'livechat_visitor' }],
};

type IndexSpec = readonly [collection: string, key: Record<string, 1 | -1>, options?: Document];

/** Those of Rocket.Chat's indexes that have to do with what Foyer indexes. */
const rocketChatIndexes: readonly IndexSpec[] = [
  ['users', { username: 1 }, { unique: true, sparse: true }],
  ['users', { 'emails.address': 1 }, { unique: true, sparse: true }],
  ['users', { 'services.resume.loginTokens.hashedToken': 1 }, { unique: true, sparse: true }],
  ['users', { roles: 1 }, { sparse: true }],
  ['rocketchat_livechat_visitor', { token: 1 }],
  ['rocketchat_livechat_visitor', { 'phone.phoneNumber': 1 }, { sparse: true }],
  ['rocketchat_livechat_visitor', { 'visitorEmails.address': 1 }, { sparse: true }],
  ['rocketchat_livechat_visitor', { name: 1 }, { sparse: true }],
  ['rocketchat_livechat_visitor', { username: 1 }],
  [
    'rocketchat_livechat_visitor',
    { disabled: 1 },
    { partialFilterExpression: { disabled: { $exists: true } } },
  ],
  ['rocketchat_room', { name: 1 }, { unique: true, sparse: true }],
  ['rocketchat_room', { open: 1 }, { sparse: true }],
  ['rocketchat_room', { 'v._id': 1 }, { sparse: true }],
  ['rocketchat_message', { rid: 1, ts: 1, _updatedAt: 1 }],
  ['rocketchat_message', { expireAt: 1 }, { expireAfterSeconds: 0 }],
  ['rocketchat_message', { 'navigation.token': 1 }, { sparse: true }],
  ['rocketchat_livechat_inquiry', { rid: 1 }],
  ['rocketchat_livechat_custom_field', { scope: 1 }],
  ['rocketchat_livechat_contact', { 'phones.phoneNumber': 1 }],
  ['rocketchat_livechat_contact', { preRegistration: 1 }, { sparse: true }],
];

/** Fills a database as a Rocket.Chat of some years would have: old and new documents, duplicates, gaps, indexes. */
export async function fillAsRocketChat(db: Db): Promise<void> {
  const collections: Record<string, Document[]> = {
    ...others,
    users: await users(),
    rocketchat_livechat_visitor: visitors(),
    rocketchat_room: rooms(),
    rocketchat_message: messages(),
  };
  for (const [name, documents] of Object.entries(collections))
    await db.collection(name).insertMany(documents);
  await createRocketChatIndexes(db);
}

/** As a Rocket.Chat does at each of its starts. */
export async function createRocketChatIndexes(db: Db): Promise<void> {
  for (const [collection, key, options = {}] of rocketChatIndexes)
    await db.collection(collection).createIndex(key, options);
}
