import { buildDependencies } from '../../src/build-dependencies.ts';
import { readConfig } from '../../src/config/config.ts';
import type { Dependencies } from '../../src/domain/dependencies.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { announcedCollections } from '../../src/storage/announced-collections.ts';
import { recordPicture } from '../support/events.ts';
import {
  ann,
  at,
  channel,
  contact,
  contactChange,
  contactEdit,
  detailSet,
  inquiry,
  message,
  page,
  room,
  roomless,
  source,
  transcript,
  values,
  view,
  visitorKey,
} from '../support/stored-documents.ts';
import { useDatabase } from '../support/use-database.ts';
import { until } from '../support/visitor-search.ts';

const database = useDatabase();
let deps: Dependencies;
let release: () => Promise<void>;
let picture: ReturnType<typeof recordPicture>;

/** Follows no changes, so that a write that its store does not report is never announced. */
beforeAll(async () => {
  ({ deps, release } = await buildDependencies(database.db, {
    config: readConfig({ LOG_LEVEL: 'silent' }),
    rootUrl: () => 'http://localhost',
    logger: createLogger('silent'),
    overrides: {},
    activity: { visitorRegistered: () => undefined, pageViewed: () => undefined },
    visitorsSearchable: () => undefined,
    indexBuild: { isUnique: () => true, isBuilding: () => false, start: async () => undefined },
    whenAvailable: (step) => step(),
  }));
  picture = recordPicture(deps.events);
});
afterAll(() => release());

/** Everything stored, in the form of events. */
async function stored(): Promise<Map<string, unknown>> {
  const all = new Map<string, unknown>();
  for (const { name, eventOf } of announcedCollections) {
    for await (const document of database.db.collection(name).find({}, { hint: { _id: 1 } })) {
      const event = eventOf(document);
      if (event) all.set(`${event.subject} ${document._id}`, event.document);
    }
  }
  return all;
}

const agent = {
  roles: ['livechat-agent'],
  active: true,
  status: 'online',
  statusLivechat: 'available',
};
const edited = message();
const deleted = message();
const personalAccessToken = { hashedToken: 'y', type: 'personalAccessToken', name: 'crm' } as const;
const renewed = { ...personalAccessToken, lastTokenPart: 'z' };

type Store =
  | 'contactBook'
  | 'contacts'
  | 'detailSets'
  | 'inquiries'
  | 'messages'
  | 'pageViews'
  | 'roomActivity'
  | 'rooms'
  | 'roomTranscripts'
  | 'roomDetails'
  | 'roomTransfers'
  | 'routing'
  | 'subscriptions'
  | 'typing'
  | 'users'
  | 'visitors';
/** All writes, ordered so that each has something to change. */
const writes: readonly (readonly [`${Store}.${string}`, () => Promise<unknown>])[] = [
  ['users.create', () => deps.users.create({ ...ann, ...agent, services: {} })],
  ['users.change', () => deps.users.change('ann', { addRole: 'user' }, at(1))],
  ['users.addPersonalAccessToken', () => deps.users.addPersonalAccessToken('ann', personalAccessToken)],
  ['users.replacePersonalAccessToken', () => deps.users.replacePersonalAccessToken('ann', 'y', renewed)],
  ['users.removePersonalAccessToken', () => deps.users.removePersonalAccessToken('ann', 'crm')],
  ['users.addLoginToken', () => deps.users.addLoginToken('ann', { hashedToken: 'x', when: at(1) }, at(1))],
  ['users.removeToken', () => deps.users.removeToken('ann', 'x')],
  ['users.removeLoginTokensBefore', () => deps.users.removeLoginTokensBefore('ann', at(2))],
  ['routing.takeNext', () => deps.routing.takeNext(undefined, { whenIdle: true, whenOffline: true })],
  ['visitors.create', () => deps.visitors.create({ _id: 'visitor', token: 'token' }, [visitorKey])],
  ['visitors.update', () => deps.visitors.update('visitor', visitorKey, { name: 'Ann' })],
  ['visitors.setCustomFields', () => deps.visitors.setCustomFields('visitor', values('a'))],
  ['visitors.setLastChat', () => deps.visitors.setLastChat('visitor', { _id: 'room', ts: at(0) })],
  [
    'visitors.addContactData',
    () => deps.visitors.addContactData('visitor', { emails: ['a@b.example'], phones: [] }),
  ],
  ['visitors.addActivity', () => deps.visitors.addActivity('visitor', '2026-03')],
  ['contacts.ensure', () => deps.contacts.ensure(contact)],
  ['contacts.change', () => deps.contacts.change('contact', contactChange)],
  [
    'contacts.setLastChat',
    () => deps.contacts.setLastChat('contact', 'visitor', source, { _id: 'room', ts: at(0) }),
  ],
  ['contacts.addActivity', () => deps.contacts.addActivity('contact', '2026-03')],
  ['contacts.setCustomFields', () => deps.contacts.setCustomFields('visitor', values('a'))],
  [
    'contacts.adopt',
    async () => {
      const known = { _id: 'known', emails: [{ address: 'k@b.example' }], preRegistration: true };
      await deps.contacts.ensure(known);
      await deps.contacts.adopt({ emails: ['k@b.example'], phones: [] }, { ...channel, name: 'k' });
    },
  ],
  ['contactBook.edit', () => deps.contactBook.edit('contact', contactEdit)],
  [
    'contactBook.disable',
    async () => {
      await deps.contacts.ensure({ _id: 'silent', name: 'Kim' });
      await deps.contactBook.disable('silent');
    },
  ],
  [
    'pageViews.append',
    () =>
      Promise.all([deps.pageViews.append({ view: roomless() }), deps.pageViews.append({ view: roomless() })]),
  ],
  ['rooms.open', () => deps.rooms.open(room())],
  ['rooms.dropEmptyTags', () => deps.rooms.dropEmptyTags(['room'])],
  ['messages.insert', () => deps.messages.insert(edited)],
  [
    'messages.change',
    () => deps.messages.change(edited._id, { msg: 'hello', editedAt: at(3), editedBy: ann }),
  ],
  ['messages.adoptPageViews', () => deps.messages.adoptPageViews(['token'], 'room')],
  ['roomActivity.countMessages', () => deps.roomActivity.countMessages('room', 2)],
  [
    'roomActivity.recordMessage',
    () => deps.roomActivity.recordMessage('room', edited, { from: 'visitor', asks: true }),
  ],
  [
    'roomActivity.replaceLastMessage',
    () => deps.roomActivity.replaceLastMessage('room', edited._id, { ...edited, msg: 'new' }),
  ],
  [
    'roomActivity.recordUncounted',
    () => {
      const newer = { ...edited, _id: 'newer', ts: at(9) };
      return deps.roomActivity.recordUncounted('room', newer, { from: 'visitor', asks: true });
    },
  ],
  [
    'roomActivity.countOvertaken',
    () => {
      const older = { ...edited, _id: 'older', ts: at(1) };
      return deps.roomActivity.countOvertaken('room', older, { from: 'visitor', asks: true });
    },
  ],
  ['rooms.rename', () => deps.rooms.rename(['room'], 'Bea')],
  ['rooms.setContact', () => deps.rooms.setContact('visitor', source, { _id: 'contact', name: 'Cid' })],
  ['rooms.leaveDepartment', () => deps.rooms.leaveDepartment('sales', 10)],
  ['rooms.setCrmData', () => deps.rooms.setCrmData('room', 'noted')],
  ['rooms.setVisitorStatus', () => deps.rooms.setVisitorStatus('visitor', 'away')],
  ['rooms.setLivechatData', () => deps.rooms.setLivechatData('visitor', values('a'))],
  ['roomTranscripts.request', () => deps.roomTranscripts.request('room', transcript)],
  ['roomDetails.saveNotes', () => deps.roomDetails.saveNotes('room', { topic: 'A refund', tags: ['x'] })],
  ['roomDetails.saveSurvey', () => deps.roomDetails.saveSurvey('room', { satisfaction: '5' })],
  ['roomDetails.setCallStatus', () => deps.roomDetails.setCallStatus('room', 'ringing')],
  ['roomDetails.countUser', () => deps.roomDetails.countUser('room')],
  ['roomTranscripts.withdraw', () => deps.roomTranscripts.withdraw('room')],
  ['rooms.serve', () => deps.rooms.serve('room', { ...ann, ts: at(5) })],
  ['roomTransfers.requeue', () => deps.roomTransfers.requeue('room', { ...ann, ts: at(5) }, at(6), 'sales')],
  ['roomTransfers.reassign', () => deps.roomTransfers.reassign('room', undefined, ann, 'support')],
  ['pageViews.append', () => deps.pageViews.append({ view: view() })],
  ['inquiries.open', () => deps.inquiries.open({ ...inquiry, status: 'queued', v: room().v })],
  ['inquiries.addActivity', () => deps.inquiries.addActivity('room', '2026-03')],
  ['inquiries.setLastMessage', () => deps.inquiries.setLastMessage('room', edited)],
  [
    'inquiries.replaceLastMessage',
    () => deps.inquiries.replaceLastMessage('room', edited._id, { ...edited, msg: 'newer' }),
  ],
  ['inquiries.leaveDepartment', () => deps.inquiries.leaveDepartment('sales')],
  ['inquiries.rename', () => deps.inquiries.rename(['room'], 'Bea')],
  ['inquiries.setVisitorStatus', () => deps.inquiries.setVisitorStatus('visitor', 'away')],
  ['inquiries.take', () => deps.inquiries.take('inquiry', at(5))],
  [
    'inquiries.requeue',
    () =>
      deps.inquiries.requeue('room', { queuedAt: at(6), departmentId: undefined, lastMessage: undefined }),
  ],
  ['inquiries.setDepartment', () => deps.inquiries.setDepartment('room', 'support')],
  [
    'subscriptions.ensure',
    () => deps.subscriptions.ensure({ _id: 'seat', rid: 'room', name: 'Ann', u: ann, t: 'l' }),
  ],
  ['subscriptions.alert', () => deps.subscriptions.alert('room', 'visitor', true)],
  ['subscriptions.markRead', () => deps.subscriptions.markRead('room', 'ann')],
  ['typing.set', () => deps.typing.set({ ...ann, rid: 'typed', personId: 'ann', name: '', activities: [] })],
  ['subscriptions.setDepartment', () => deps.subscriptions.setDepartment('room', 'support')],
  ['subscriptions.rename', () => deps.subscriptions.rename(['room'], 'Bea')],
  [
    'messages.delete',
    async () => {
      await deps.messages.insert(deleted);
      await deps.messages.delete(deleted._id);
    },
  ],
  ['contacts.setVisitor', () => deps.contacts.setVisitor('visitor', 'other')],
  ['contacts.setVisitor', () => deps.contacts.setVisitor('other', 'visitor')],
  ['inquiries.setVisitor', () => deps.inquiries.setVisitor(['room'], 'other')],
  ['subscriptions.setVisitor', () => deps.subscriptions.setVisitor(['room'], 'other')],
  ['rooms.setVisitor', () => deps.rooms.setVisitor(['room'], 'other')],
  ['messages.setVisitor', () => deps.messages.setVisitor(['room'], 'ann', 'other')],
  [
    'messages.deletePageViews',
    async () => {
      await deps.messages.insert(message({ navigation: { page, token: 'gone' } }));
      await deps.messages.deletePageViews('gone', 10);
    },
  ],
  [
    'rooms.close',
    () =>
      deps.rooms.close('room', {
        closedAt: at(6),
        closer: 'user',
        closedBy: ann,
        transcriptRequest: transcript,
      }),
  ],
  ['roomTranscripts.finish', () => deps.roomTranscripts.finish('room')],
  ['subscriptions.deleteByRoomAndUser', () => deps.subscriptions.deleteByRoomAndUser('room', 'ann')],
  ['inquiries.deleteByRoom', () => deps.inquiries.deleteByRoom('room')],
  ['inquiries.open', () => deps.inquiries.open(inquiry)],
  ['inquiries.deleteByRooms', () => deps.inquiries.deleteByRooms(['room'])],
  ['subscriptions.deleteByRooms', () => deps.subscriptions.deleteByRooms(['room'])],
  [
    'messages.deleteByRooms',
    async () => {
      await deps.messages.deleteByRooms(['room']);
      await deps.rooms.delete(['room']);
    },
  ],
  [
    'rooms.delete',
    async () => {
      await deps.rooms.open(room());
      await deps.rooms.delete(['room']);
    },
  ],
  ['detailSets.put', () => deps.detailSets.put(detailSet)],
  ['detailSets.put', () => deps.detailSets.put({ ...detailSet, icon: 'https://crm.example/new.png' })],
  ['detailSets.move', () => deps.detailSets.move('record', 'other-record')],
  ['detailSets.deleteByVisitor', () => deps.detailSets.deleteByVisitor('other-record')],
  ['contacts.disable', () => deps.contacts.disable('visitor')],
  ['visitors.dropToken', () => deps.visitors.dropToken('visitor', 'token')],
  ['visitors.deleteClaims', () => deps.visitors.deleteClaims('visitor')],
  ['visitors.disable', () => deps.visitors.disable('visitor')],
  ['users.delete', () => deps.users.delete('ann')],
];

describe('A listener knows everything that is stored after', () => {
  it.each(writes)('%s', async (name, write) => {
    const before = await stored();
    await write();
    const after = await stored();
    // A write that changes nothing would prove nothing; some stories remove what they created.
    if (!/delete|inquiries.open/.test(name)) expect(after).not.toEqual(before);
    await until(async () => picture.differences(after).length === 0);
    expect(picture.missed()).toBe(0);
  });
});

describe('The writes above', () => {
  it('are all the writing methods of the stores that announce', () => {
    const reads = /^(find|countBy|list|is|has|read|claim)/;
    const stores = new Set(writes.map(([name]) => name.split('.')[0] as Store));
    const methods = [...stores].flatMap((store) =>
      Object.keys(deps[store]).map((method) => `${store}.${method}`),
    );
    // The one ends, the other reserves a time for a message, which is told of.
    const others = ['pageViews.close', 'roomActivity.takeMessageTime'];
    const has = methods.filter((name) => !reads.test(name.split('.')[1] ?? '') && !others.includes(name));
    expect([...new Set(writes.map(([name]) => name as string))].sort()).toEqual(has.sort());
  });
});
