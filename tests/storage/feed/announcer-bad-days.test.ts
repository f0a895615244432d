import { heardOf, messageOf, useAnnouncers } from '../../support/announcers.ts';
import { collection } from '../../support/visitors.ts';

const { database, open, store, answeringAfter, awayFor } = useAnnouncers();

describe('Bad days', () => {
  it('an outage only delays announcements', async () => {
    const { announcer, messages, heard } = open(awayFor(2));
    const documents = [await store(messageOf()), await store(messageOf())];
    for (const { _id } of documents) messages.changed(_id);
    await announcer.settled();
    expect(heard.documents('message')).toEqual(documents);
    expect(heard.missed()).toBe(0);
  });

  it('after an outage, what was written again meanwhile is announced in its later turn', async () => {
    const [again, other] = [await store(messageOf()), await store(messageOf())];
    const { announcer, messages, heard } = open(awayFor(1, () => messages.changed(again._id)));
    messages.changed(again._id, other._id);
    for (const _ of ['what was written before', 'what was written meanwhile']) await announcer.settled();
    expect(heard.documents('message')).toEqual([other, again]);
  });

  it('what is written again while a filter is looked up is announced in its later turn', async () => {
    let answer = (): void => undefined;
    const written = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { announcer, messages, heard } = open(answeringAfter(written));
    const [again, other] = [await store(messageOf({ t: 'x' })), messageOf()];
    messages.changedWhere({ rid: 'room', t: 'x' });
    // By then the filter is being looked up.
    for (const _ of ['the turn in which it was reported', 'the next']) await new Promise(setImmediate);
    messages.added(other);
    messages.changed(again._id);
    answer();
    await announcer.settled();
    expect(heard.documents('message')).toEqual([other, again]);
  });

  it('too many waiting events are dropped, and listeners are told that some were missed', async () => {
    const { announcer, messages, heard } = open(awayFor(Number.POSITIVE_INFINITY));
    messages.changed('the first');
    const settled = announcer.settled();
    for (let n = 0; n < 10_500; n += 1) messages.changed(`message ${n}`);
    expect(heard.missed()).toBe(1);
    await settled;
    expect(await announcer.stop()).toBe(false);
  });

  it('the feed goes on as soon as there is room for more', async () => {
    const { announcer } = open();
    for (let n = 0; n < 5_200; n += 1) await announcer.observed(heardOf(`message ${n}`));
    await announcer.settled();
  });

  it('the feed waits while too much is queued, and stopping releases it', async () => {
    const { announcer, heard } = open(awayFor(Number.POSITIVE_INFINITY));
    let taken = 0;
    const feed = async () => {
      for (; taken < 20_000; taken += 1) await announcer.observed(heardOf(`message ${taken}`));
    };
    const fed = feed();
    await new Promise(setImmediate);
    expect(taken).toBeGreaterThan(4_000);
    expect(taken).toBeLessThan(6_000);
    expect(heard.missed()).toBe(0);
    await announcer.stop();
    await fed;
  });

  it('documents too large to hold until their turn are read again', async () => {
    const { announcer, messages, heard } = open();
    const documents = Array.from({ length: 12 }, () => messageOf({ msg: 'x'.repeat(1024 * 1024) }));
    await collection(database.db, 'message').insertMany(documents);
    for (const document of documents) messages.added({ ...document, told: true } as { _id: string });
    await announcer.settled();
    const told = heard.documents('message').filter((each) => 'told' in each);
    expect([told.length, heard.documents('message').length]).toEqual([7, 12]);
  });

  it('waiting events are still announced at the end, and nothing after', async () => {
    const { announcer, messages, heard } = open();
    announcer.setStreaming(true);
    const document = messageOf();
    messages.added(document);
    expect(await announcer.stop()).toBe(true);
    messages.added(messageOf());
    await announcer.settled();
    expect(heard.documents('message')).toEqual([document]);
  });
});
