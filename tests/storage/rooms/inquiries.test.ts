import type { Message } from '../../../src/domain/messages/message.ts';
import { type Inquiry, type InquiryStore, inquiryIdOf } from '../../../src/domain/rooms/inquiry.ts';
import { createInquiryStore } from '../../../src/storage/rooms/inquiries.ts';
import { useDatabase } from '../../support/use-database.ts';
import { unique } from '../../support/visitors.ts';
import { unreported } from '../../support/write-reporter.ts';

// Far ahead: by its own clock, the database removes what is old.
const now = new Date('2096-03-01T10:00:00Z');
const database = useDatabase();

describe('an inquiry', () => {
  let store: InquiryStore;
  beforeEach(() => {
    store = createInquiryStore(database.db, () => now, unreported);
  });
  const open = async (given: Partial<Inquiry> = {}): Promise<Inquiry> => {
    const rid = unique('room');
    const v = { _id: unique('visitor') };
    const inquiry: Inquiry = {
      ...{ _id: unique('inquiry'), rid, name: 'Ann', ts: now, message: '', status: 'queued', v, t: 'l' },
      ...given,
    };
    expect(await store.open(inquiry)).toBe(true);
    return inquiry;
  };
  const said = (rid: string, msg: string, second: number): Message => {
    const ts = new Date(now.getTime() + second * 1_000);
    return { _id: msg, rid, msg, ts, u: { _id: 'v' } };
  };

  it('is taken once, and then neither asks for an agent nor is in the queue', async () => {
    const { _id } = await open({ queuedAt: now, defaultAgent: { agentId: 'ann', username: 'ann' } });
    expect(await store.take(_id, now)).toBe(true);
    expect(await store.take(_id, new Date(0))).toBe(false);
    const taken = await store.findById(_id);
    expect(taken).toMatchObject({ status: 'taken', takenAt: now });
    for (const field of ['defaultAgent', 'queuedAt']) expect(taken).not.toHaveProperty(field);
    expect(await store.take('nowhere', now)).toBe(false);
  });

  it.each([
    ['it', inquiryIdOf],
    ['one that Rocket.Chat opened', unique],
  ])('%s shows what was last said for as long as it waits', async (_which, idOf) => {
    const rid = unique('room');
    const { _id } = await open({ _id: idOf(rid), rid });
    await store.setLastMessage(rid, said(rid, 'Anybody?', 1));
    await store.setLastMessage(rid, said(rid, 'Hello', 0));
    expect((await store.findById(_id))?.lastMessage?.msg).toBe('Anybody?');
    await store.take(_id, now);
    await store.setLastMessage(rid, said(rid, 'Thank you', 2));
    expect((await store.findById(_id))?.lastMessage?.msg).toBe('Anybody?');
  });

  it("shows the visitor's status for as long as it is queued", async () => {
    const v = { _id: unique('visitor'), status: 'online' };
    const waiting = await open({ v });
    const ready = await open({ v, status: 'ready' });
    await store.setVisitorStatus(v._id, 'away');
    expect((await store.findById(waiting._id))?.v?.status).toBe('away');
    expect((await store.findById(ready._id))?.v?.status).toBe('online');
  });

  it('keeps the months in which an agent answered, each once', async () => {
    const { _id, rid } = await open();
    for (const month of ['2096-02', '2096-03', '2096-03']) await store.addActivity(rid, month);
    expect((await store.findById(_id))?.v?.activity).toEqual(['2096-02', '2096-03']);
  });

  it('is the only one of its room', async () => {
    const inquiry = await open();
    expect(await store.open(inquiry)).toBe(false);
    expect(await store.deleteByRoom(inquiry.rid)).toBe(true);
    expect(await store.deleteByRoom(inquiry.rid)).toBe(false);
  });
});
