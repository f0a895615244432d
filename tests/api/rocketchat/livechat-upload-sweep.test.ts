import { randomBytes } from 'node:crypto';
import request from 'supertest';
import { sweepUploads } from '../../../src/domain/messages/sweep-uploads.ts';
import { checked } from '../../support/client.ts';
import { insertAgent, startChat } from '../../support/conversations.ts';
import { eventually } from '../../support/eventually.ts';
import { withTestService } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';
import { collection, unique } from '../../support/visitors.ts';

const hourMs = 3_600_000;

/** A file of which a piece arrives whenever `more` is called, until `end` breaks it off. */
function arrivingFile() {
  const waiting: ((piece: Uint8Array | null) => void)[] = [];
  const next = () =>
    new Promise<Uint8Array | null>((resolve) => {
      waiting.push(resolve);
    });
  async function* content() {
    for (let piece = await next(); piece !== null; piece = await next()) yield piece;
    throw new Error('broken off');
  }
  const give = async (piece: Uint8Array | null) => {
    await eventually(() => expect(waiting).toHaveLength(1));
    waiting.shift()?.(piece);
  };
  return { content: content(), more: () => give(randomBytes(200_000)), end: () => give(null) };
}

describe('what is left of uploads', () => {
  let now = Date.now();
  const { service, anyone } = useService({}, { clock: () => new Date(now) });
  beforeAll(async () => {
    await insertAgent(service);
  });
  const sweep = () => sweepUploads(service.deps, new AbortController().signal);
  const chunksOf = (id: string) => collection(service.db, 'uploads.chunks').countDocuments({ files_id: id });
  const pending = () =>
    service.db.collection('foyer_pending_upload').countDocuments({ aliveAt: { $gte: new Date(0) } });
  const isRecorded = async (id: string) =>
    (await collection(service.db, 'uploads').findOne({ _id: id })) !== null;
  const receive = async () => {
    const file = { _id: unique('file'), rid: unique('room'), name: 'x.png', type: 'image/png' };
    const { content, more, end } = arrivingFile();
    const stored = service.deps.attachments.storeFile(file, content, unique('message'));
    const failed = expect(stored).rejects.toThrow('broken off');
    await more();
    await eventually(async () => expect(await chunksOf(file._id)).toBe(1));
    return { id: file._id, more, end: () => Promise.all([end(), failed]) };
  };

  it('is deleted an hour after the process died that received the file', async () => {
    const { id, end } = await receive();
    await sweep();
    expect(await chunksOf(id)).toBe(1);
    now += hourMs + 1;
    await sweep();
    expect([await chunksOf(id), await isRecorded(id), await pending()]).toEqual([0, false, 0]);
    await end();
  });

  it('stays as long as more of the file arrives', async () => {
    const { id, more, end } = await receive();
    now += hourMs - 1;
    await more();
    await eventually(async () => expect(await chunksOf(id)).toBe(3));
    now += hourMs - 1;
    await sweep();
    expect(await chunksOf(id)).toBe(3);
    await end();
    expect([await chunksOf(id), await isRecorded(id), await pending()]).toEqual([0, false, 0]);
  });

  it('is a complete file that was never sent, but none that was', async () => {
    const { rid, token } = await startChat(anyone);
    const sent = await checked(
      request(service.app)
        .post(`/api/v1/livechat/upload/${rid}`)
        .set('x-visitor-token', token)
        .attach('file', Buffer.from('sent'), { filename: 'x.png', contentType: 'image/png' }),
    );
    const unsent = { _id: unique('file'), rid, name: 'y.png', type: 'image/png' };
    async function* content() {
      yield Buffer.from('not sent');
    }
    await service.deps.attachments.storeFile(unsent, content(), unique('message'));
    now += hourMs + 1;
    await sweep();
    expect(await isRecorded(unsent._id)).toBe(false);
    expect(await isRecorded(sent.body.file._id)).toBe(true);
    expect(await pending()).toBe(0);
  });
});

describe('GET /file-upload', () => {
  it('may be called as often from an address as by many visitors together', () => {
    const limits = {
      OVERWRITE_SETTING_Foyer_Rate_Limiter_Visitor_Calls: '1',
      OVERWRITE_SETTING_Foyer_Rate_Limiter_Visitors_Per_Address: '2',
    };
    return withTestService({ TEST_MODE: 'false', ...limits }, async ({ app }) => {
      const ask = () => checked(request(app).get('/file-upload/none/x.png'));
      const answers = [await ask(), await ask(), await ask()];
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 429]);
      expect(Number(answers[2]?.headers['retry-after'])).toBeGreaterThan(0);
    });
  });
});
