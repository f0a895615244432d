import { heardOf, messageOf, useAnnouncers } from '../../support/announcers.ts';
import { until } from '../../support/visitor-search.ts';
import { collection, unique } from '../../support/visitors.ts';

const { database, open, store, awayFor } = useAnnouncers();
const edit = (_id: string, msg: string) =>
  collection(database.db, 'message').updateOne({ _id }, { $set: { msg } });

describe('What a store writes', () => {
  it('is announced as it was stored, where it is new, and read where it changed', async () => {
    const { announcer, messages, heard } = open();
    const [added, changed] = [messageOf({ msg: 'only told' }), await store(messageOf())];
    messages.added(added);
    await edit(changed._id, 'edited');
    messages.changed(changed._id);
    await announcer.settled();
    expect(heard.documents('message')).toEqual([added, { ...changed, msg: 'edited' }]);
  });

  it('is announced with its room where it is gone', async () => {
    const { announcer, messages, heard } = open();
    messages.removed([{ _id: 'gone', rid: 'room' }]);
    await announcer.settled();
    expect(heard.events).toEqual([{ kind: 'removed', subject: 'message', id: 'gone', roomId: 'room' }]);
  });

  it('is announced as far as a filter finds it', async () => {
    const { announcer, messages, heard } = open();
    const rid = 'room';
    const stored = [await store(messageOf({ t: 'x', rid })), await store(messageOf({ t: 'x', rid }))];
    messages.changedWhere({ rid, t: 'x' });
    await announcer.settled();
    expect(heard.documents('message')).toEqual(stored);
  });

  it('never goes back to an older state, in whatever order the writes are acknowledged', async () => {
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

  it('is announced in the order in which it was written, room by room, however many are written at once', async () => {
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

  it('tells ids at once, to whoever reads for itself', () => {
    const { announcer } = open();
    const ids: string[] = [];
    announcer.follow('users', (id) => ids.push(id));
    const users = announcer.reporterFor('users');
    users.added({ _id: 'ann' });
    users.changed('bob', 'cid');
    users.removed([{ _id: 'dan' }]);
    expect(ids).toEqual(['ann', 'bob', 'cid', 'dan']);
  });

  it('of users is told without their credentials', async () => {
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

  it('costs nothing where nobody listens', async () => {
    const { announcer, messages, heard } = open(awayFor(Number.POSITIVE_INFINITY));
    heard.stop();
    messages.changed('a', 'b');
    messages.changedWhere({ rid: 'room' });
    await announcer.observed(heardOf('c'));
    await announcer.settled();
    expect([heard.events, announcer.followed()]).toEqual([[], []]);
  });
});

describe('What the feed hears of', () => {
  it('is announced once, whichever tells of it first', async () => {
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

  it('says of one that was deleted in which room it was, as far as that is known', async () => {
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

  it('is announced again where it is there again', async () => {
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

  it("says nothing of teams' rooms, of what is in them, nor of what is in no room that is there", async () => {
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

  it('tells page views apart, in whatever room they are', async () => {
    const { announcer, heard } = open();
    const view = await store(messageOf({ t: 'livechat_navigation_history', rid: 'nowhere' }));
    await announcer.observed(heardOf(view._id, true));
    await announcer.settled();
    expect(heard.documents('page-view')).toEqual([view]);
    expect(heard.documents('message')).toEqual([]);
  });
});

describe('Where a change stream is open', () => {
  it('its order is that of the announcements, whatever is acknowledged first', async () => {
    const { announcer, messages, heard } = open();
    announcer.setStreaming(true);
    const documents = [await store(messageOf()), await store(messageOf())];
    for (const document of documents) messages.added(document);
    for (const { _id } of [...documents].reverse()) await announcer.observed(heardOf(_id, true));
    await announcer.settled();
    expect(heard.documents('message')).toEqual([...documents].reverse());
  });

  it('one that is late is not waited for long, and tells nothing twice', async () => {
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

  it('one that breaks off is not waited for at all', async () => {
    const { announcer, messages, heard } = open();
    announcer.setStreaming(true);
    const added = messageOf();
    messages.added(added);
    announcer.setStreaming(false);
    await announcer.settled();
    expect(heard.documents('message')).toEqual([added]);
  });
});
