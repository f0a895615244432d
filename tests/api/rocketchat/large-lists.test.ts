import { useService } from '../../support/use-service.ts';
import { collection, insertClosedRoom, registerVisitor, unique } from '../../support/visitors.ts';

const mebibyte = 1024 * 1024;
const written = 20;

const { service, anyone, admin } = useService();

let visitor: Awaited<ReturnType<typeof registerVisitor>>;
let rid: string;
beforeAll(async () => {
  visitor = await registerVisitor(anyone);
  rid = await insertClosedRoom(service.db, visitor);
  const messages = Array.from({ length: written }, (_, n) => ({
    ...{ _id: `${rid}-${String(n).padStart(2, '0')}`, rid, ts: new Date(n) },
    ...{ msg: 'x'.repeat(mebibyte), u: { _id: visitor._id, username: 'guest' } },
  }));
  await collection(service.db, 'message').insertMany(messages);
});

const idsOf = (messages: readonly { _id: string }[]) => messages.map(({ _id }) => _id);

describe('A list that is too large for an answer', () => {
  it('ends between two documents, and tells how many there are', async () => {
    const { status, body } = await admin.get(`livechat/${rid}/messages`, { count: 50 });
    expect(status).toBe(200);
    expect(body).toMatchObject({ count: 15, total: written, offset: 0, success: true });
    expect(body.messages).toHaveLength(15);
    for (const { msg } of body.messages) expect(msg).toHaveLength(mebibyte);
  });

  it('is read as a whole by whoever adds `count` to `offset`', async () => {
    const seen: string[] = [];
    for (let offset = 0; offset < written; ) {
      const { body } = await admin.get(`livechat/${rid}/messages`, { count: 50, offset });
      seen.push(...idsOf(body.messages));
      // The last page says what was asked for, as Rocket.Chat does.
      offset += body.count;
    }
    expect(new Set(seen).size).toBe(written);
  });

  it('is read as a whole by a visitor who asks for what is older than the oldest', async () => {
    const history = async (query: object) =>
      (await anyone.get(`livechat/messages.history/${rid}`, { token: visitor.token, limit: 1000, ...query }))
        .body.messages;
    const newest = await history({});
    expect(newest).toHaveLength(15);
    const older = await history({ end: newest.at(-1).ts });
    expect(idsOf([...newest, ...older])).toHaveLength(written);
    expect(new Set(idsOf([...newest, ...older])).size).toBe(written);
  });

  it('has what was asked for if that is small enough', async () => {
    const { body } = await admin.get(`livechat/${rid}/messages`, { count: 2, sort: '{"ts":1}' });
    expect(idsOf(body.messages)).toEqual([`${rid}-00`, `${rid}-01`]);
    expect(body).toMatchObject({ count: 2, total: written });
  });
});

describe('A page far beyond the end', () => {
  it.each(['livechat/rooms', 'livechat/department', 'livechat/custom-fields', 'livechat/inquiries.list'])(
    'of %s is empty, with the total',
    async (path) => {
      const { status, body } = await admin.get(path, { offset: Number.MAX_SAFE_INTEGER, count: 0 });
      expect(status).toBe(200);
      expect(body).toMatchObject({ count: 0, offset: Number.MAX_SAFE_INTEGER });
    },
  );

  it('of a search is empty, too, by whichever way the visitors are found', async () => {
    const name = unique('Far');
    await registerVisitor(anyone, { name });
    for (const term of ['', name.slice(0, 8), name.padEnd(40, '?')]) {
      const query = { term, offset: Number.MAX_SAFE_INTEGER, count: 0 };
      expect((await admin.get('livechat/visitors.search', query)).body).toMatchObject({
        visitors: [],
        count: 0,
      });
    }
  });
});
