import { heardOf, messageOf, useAnnouncers } from '../../support/announcers.ts';
import { recordEvents } from '../../support/events.ts';
import { until } from '../../support/visitor-search.ts';
import { collection, unique } from '../../support/visitors.ts';

const { database, open, store, answeringTogether, awayFor } = useAnnouncers();
const edit = (_id: string, msg: string) =>
  collection(database.db, 'message').updateOne({ _id }, { $set: { msg } });

describe("A store's write", () => {
  it('is announced as stored if it is new, and read again if it changed', async () => {
    const { announcer, messages, heard } = open();
    const [added, changed] = [messageOf({ msg: 'only told' }), await store(messageOf())];
    messages.added(added);
    await edit(changed._id, 'edited');
    messages.changed(changed._id);
    await announcer.settled();
    expect(heard.documents('message')).toEqual([added, { ...changed, msg: 'edited' }]);
  });

  it('is announced with its room if it deleted the document', async () => {
    const { announcer, messages, heard } = open();
    messages.removed([{ _id: 'gone', rid: 'room' }]);
    await announcer.settled();
    expect(heard.events).toEqual([{ kind: 'removed', subject: 'message', id: 'gone', roomId: 'room' }]);
  });

  it('is announced for each document that the filter finds', async () => {
    const { announcer, messages, heard } = open();
    const rid = 'room';
    const stored = [await store(messageOf({ t: 'x', rid })), await store(messageOf({ t: 'x', rid }))];
    messages.changedWhere({ rid, t: 'x' });
    await announcer.settled();
    expect(heard.documents('message')).toEqual(stored);
  });

  it('is looked up together with others, so that many writes by filters do not hold one another up', async () => {
    const { announcer, messages, heard } = open(answeringTogether(3));
    const kinds = ['one', 'two', 'three'].map(() => unique('kind'));
    const stored = await Promise.all(kinds.map((t) => store(messageOf({ t }))));
    const between = messageOf({ msg: 'in between' });
    messages.changedWhere({ rid: 'room', t: kinds[0] });
    messages.added(between);
    messages.changedWhere({ rid: 'room', t: kinds[1] });
    messages.changedWhere({ rid: 'room', t: kinds[2] });
    await announcer.settled();
    expect(heard.documents('message')).toEqual([stored[0], between, stored[1], stored[2]]);
  });

  it('is never announced in an older state than before, whatever the order of acknowledgements', async () => {
    const { announcer, messages, heard } = open();
    const document = await store(messageOf({ msg: 'first' }));
    await edit(document._id, 'second');
    messages.changed(document._id);
    messages.added(document);
    await announcer.settled();
    messages.added(document);
    messages.changed(document._id);
    await announcer.settled();
    expect(heard.documents('message').map(({ msg }) => msg)).toEqual(['second']);
  });

  it('is announced room by room in the order of writing, however many are written at once', async () => {
    const { announcer, messages, heard } = open();
    const rooms = Array.from({ length: 12 }, () => unique('room'));
    await collection(database.db, 'room').insertMany(rooms.map((_id) => ({ _id, t: 'l' })));
    const told = new Map<string, string[]>();
    const chat = async (rid: string) => {
      const ids: string[] = [];
      told.set(rid, ids);
      for (let n = 0; n < 25; n += 1) {
        const { _id } = await store(messageOf({ rid }));
        ids.push(_id);
        if (n % 2 === 0) messages.added(messageOf({ _id, rid }));
        else messages.changed(_id);
      }
    };
    await Promise.all(rooms.map(chat));
    await announcer.settled();
    for (const rid of rooms) {
      const ofRoom = heard.documents('message').filter((each) => each.rid === rid);
      expect(ofRoom.map(({ _id }) => _id)).toEqual(told.get(rid));
    }
  });

  it('reports ids at once to listeners that read for themselves', () => {
    const { announcer } = open();
    const ids: string[] = [];
    announcer.follow('users', (id) => ids.push(id));
    const users = announcer.reporterFor('users');
    users.added({ _id: 'ann' });
    users.changed('bob', 'cid');
    users.removed([{ _id: 'dan' }]);
    expect(ids).toEqual(['ann', 'bob', 'cid', 'dan']);
  });

  it('of a user is announced without credentials', async () => {
    const { announcer, heard } = open();
    announcer.reporterFor('users').added({
      _id: 'ann',
      username: 'ann',
      services: { password: { bcrypt: 'secret' } },
    } as {
      _id: string;
    });
    await announcer.settled();
    expect(heard.documents('user')).toEqual([{ _id: 'ann', username: 'ann', roles: [] }]);
  });

  it('costs nothing if nobody listens', async () => {
    const { announcer, messages, heard } = open(awayFor(Number.POSITIVE_INFINITY));
    heard.stop();
    messages.changed('a', 'b');
    messages.changedWhere({ rid: 'room' });
    await announcer.observed(heardOf('c'));
    await announcer.settled();
    expect([heard.events, announcer.followed()]).toEqual([[], []]);
  });

  it('is not kept if nobody listens for documents like the new one', async () => {
    const { announcer, bus, messages, heard } = open();
    heard.stop();
    const said = recordEvents(bus, ['message']);
    const page = { t: 'livechat_navigation_history' };
    const [before, message, after] = [messageOf(page), messageOf(), messageOf(page)];
    messages.added(before);
    messages.added(message);
    const viewed = recordEvents(bus, ['page-view']);
    messages.added(after);
    await announcer.settled();
    expect(said.documents('message')).toEqual([message]);
    expect(viewed.documents('page-view')).toEqual([after]);
  });
});

describe('A change from the feed', () => {
  it('is announced once, whether the feed or the store reports it first', async () => {
    const { announcer, messages, heard } = open();
    const stored = [await store(messageOf()), await store(messageOf()), await store(messageOf())];
    const [a, b, c] = stored as [(typeof stored)[0], (typeof stored)[0], (typeof stored)[0]];
    messages.added(a);
    await announcer.observed(heardOf(a._id, true));
    await announcer.settled();
    await announcer.observed(heardOf(b._id, true));
    await announcer.settled();
    messages.added(b);
    messages.changed(b._id);
    await announcer.observed(heardOf(c._id, true));
    await announcer.observed(heardOf(a._id));
    await announcer.settled();
    expect(heard.documents('message')).toEqual(stored);
  });

  it('names the room of a deleted document, if it is known', async () => {
    const { announcer, messages, heard } = open();
    messages.added(messageOf({ _id: 'known' }));
    await announcer.settled();
    await announcer.observed(heardOf('known'));
    await announcer.observed(heardOf('unknown'));
    await announcer.settled();
    expect(heard.events.slice(1)).toEqual([
      { kind: 'removed', subject: 'message', id: 'known', roomId: 'room' },
      { kind: 'removed', subject: 'message', id: 'unknown' },
    ]);
  });

  it('is announced again if the document reappears', async () => {
    const { announcer, messages, heard } = open();
    const document = messageOf();
    messages.added(document);
    await announcer.settled();
    await announcer.observed(heardOf(document._id));
    await announcer.settled();
    await store(document);
    await announcer.observed(heardOf(document._id, true));
    await announcer.settled();
    expect(heard.events.map(({ kind }) => kind)).toEqual(['changed', 'removed', 'changed']);
  });

  it('is ignored for team rooms, their content, and content without an existing room', async () => {
    const { announcer, heard } = open();
    await collection(database.db, 'subscription').insertOne({ _id: 'member', rid: 'team', t: 'c' });
    for (const rid of ['team', 'nowhere']) {
      await announcer.observed(heardOf((await store(messageOf({ rid })))._id, true));
    }
    await announcer.observed({ collection: 'rocketchat_room', id: 'team', isNew: true });
    await announcer.observed({ collection: 'rocketchat_subscription', id: 'member', isNew: true });
    await announcer.settled();
    expect(heard.events).toEqual([]);
  });

  it('is told apart as a page view, whatever its room', async () => {
    const { announcer, heard } = open();
    const view = await store(messageOf({ t: 'livechat_navigation_history', rid: 'nowhere' }));
    await announcer.observed(heardOf(view._id, true));
    await announcer.settled();
    expect(heard.documents('page-view')).toEqual([view]);
    expect(heard.documents('message')).toEqual([]);
  });
});

describe('With an open change stream', () => {
  it('announcements follow its order, whatever is acknowledged first', async () => {
    const { announcer, messages, heard } = open();
    announcer.setStreaming(true);
    const documents = [await store(messageOf()), await store(messageOf())];
    for (const document of documents) messages.added(document);
    for (const { _id } of [...documents].reverse()) await announcer.observed(heardOf(_id, true));
    await announcer.settled();
    expect(heard.documents('message')).toEqual([...documents].reverse());
  });

  it('a late stream is waited for only briefly, and repeats nothing', async () => {
    const { announcer, messages, heard } = open();
    announcer.setStreaming(true);
    const [added, changed] = [await store(messageOf()), await store(messageOf())];
    messages.added(added);
    messages.changed(changed._id);
    await announcer.settled();
    expect(heard.events).toEqual([]);
    await until(async () => heard.events.length === 2);
    await announcer.observed(heardOf(added._id, true));
    await announcer.observed(heardOf(changed._id));
    await announcer.settled();
    expect(heard.documents('message')).toEqual([added, changed]);
  });

  it('a broken stream is not waited for at all', async () => {
    const { announcer, messages, heard } = open();
    announcer.setStreaming(true);
    const added = messageOf();
    messages.added(added);
    announcer.setStreaming(false);
    await announcer.settled();
    expect(heard.documents('message')).toEqual([added]);
  });
});
