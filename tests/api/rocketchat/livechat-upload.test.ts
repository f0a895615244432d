import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import request, { type Test } from 'supertest';
import { checked } from '../../support/client.ts';
import { insertAgent, startChat, withSetting } from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection, registerVisitor, unique } from '../../support/visitors.ts';

const { service, anyone, admin } = useService();
beforeAll(async () => {
  await insertAgent(service);
});

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

const post = (rid: string, token: string): Test =>
  request(service.app).post(`/api/v1/livechat/upload/${rid}`).set('x-visitor-token', token);

/** Sends a file. */
const upload = (
  { rid, token }: { rid: string; token: string },
  content: Buffer = png,
  as: { filename?: string; contentType?: string } = {},
) =>
  checked(
    post(rid, token)
      .field('description', 'It came <b>like this</b>')
      .attach('file', content, { filename: 'broken.png', contentType: 'image/png', ...as }),
  );

/** What is stored of a room's files, in any collection of theirs. */
async function stored(rid: string): Promise<number> {
  const uploads = await collection(service.db, 'uploads').find({ rid }).toArray();
  const ids = uploads.map(({ _id }) => _id);
  const parts = await Promise.all([
    collection(service.db, 'uploads.files').countDocuments({ _id: { $in: ids } }),
    collection(service.db, 'uploads.chunks').countDocuments({ files_id: { $in: ids } }),
  ]);
  return uploads.length + parts[0] + parts[1];
}
const countChunks = () => service.db.collection('rocketchat_uploads.chunks').estimatedDocumentCount();

const download = (link: string) => request(service.app).get(link).buffer(true).parse(binary);
function binary(
  res: { on(event: string, listener: (piece: Buffer) => void): void },
  done: (error: Error | null, body: Buffer) => void,
): void {
  const pieces: Buffer[] = [];
  res.on('data', (piece) => pieces.push(piece));
  res.on('end', () => done(null, Buffer.concat(pieces)));
}

describe('POST livechat/upload/:rid', () => {
  it('sends a picture, which everyone who has its address sees', async () => {
    const chat = await startChat(anyone);
    const { status, body } = await upload(chat);
    expect(status).toBe(200);
    const { _id } = body.file;
    const link = `/file-upload/${_id}/broken.png`;
    const file = { _id, name: 'broken.png', type: 'image/png' };
    expect(body).toMatchObject({
      ...{ rid: chat.rid, msg: '', token: chat.token, groupable: false, file, files: [file] },
      attachments: [
        {
          ...{ type: 'file', title: 'broken.png', title_link: link, title_link_download: true },
          ...{ description: 'It came <b>like this</b>', image_url: link, image_type: 'image/png' },
          image_size: png.length,
        },
      ],
    });
    // As in Rocket.Chat, whose own suite allows no other keys.
    expect([body.file, body.files]).toEqual([file, [file]]);
    expect(_id).toMatch(/^\w{17}$/);
    const shown = await download(link);
    expect(shown.body).toEqual(png);
    expect(shown.headers).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': "inline; filename*=UTF-8''broken.png",
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    });
    const history = await anyone.get(`livechat/messages.history/${chat.rid}`, { token: chat.token });
    const publicFilePath = expect.stringMatching(new RegExp(`^http://[^/]+${link}$`));
    const fileUpload = { publicFilePath, type: 'image/png', size: png.length };
    expect(history.body.messages[0]).toMatchObject({ file, attachments: [{ title_link: link }], fileUpload });
    const own = { token: chat.token, rid: chat.rid };
    const found = async () => (await anyone.get(`livechat/message/${body._id}`, own)).body.message;
    expect(await found()).toEqual(history.body.messages[0]);
    const edited = await anyone.put(`livechat/message/${body._id}`, { ...own, msg: 'See?' });
    expect(edited.body.message).toMatchObject({ msg: 'See?', fileUpload });
    await collection(service.db, 'uploads').deleteOne({ _id });
    expect(await found()).not.toHaveProperty('fileUpload');
  });

  it('stores a file of many chunks as it is, in the form of GridFS', async () => {
    const chat = await startChat(anyone);
    const content = randomBytes(700_001);
    const { body } = await upload(chat, content, {
      filename: 'rapport – été.pdf',
      contentType: 'application/pdf',
    });
    const shown = await download(body.attachments[0].title_link);
    expect(shown.body.equals(content)).toBe(true);
    expect(shown.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '700001',
      'content-disposition': "attachment; filename*=UTF-8''rapport%20%E2%80%93%20%C3%A9t%C3%A9.pdf",
    });
    const record = await collection(service.db, 'uploads').findOne({ _id: body.file._id });
    expect(record).toMatchObject({ rid: chat.rid, store: 'GridFS:Uploads', complete: true, size: 700_001 });
    const file = await collection(service.db, 'uploads.files').findOne({ _id: body.file._id });
    expect(file).toMatchObject({
      length: 700_001,
      filename: 'rapport – été.pdf',
      contentType: 'application/pdf',
    });
  });

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\evil.exe', 'evil.exe'],
    ['..', 'file'],
    ['a"\r\nX-Evil: 1.png', 'aX-Evil: 1.png'],
    [`${'x'.repeat(300)}.png`, `${'x'.repeat(251)}.png`],
  ])('makes a name of %j', async (filename, name) => {
    const chat = await startChat(anyone);
    const head = `--b\r\nContent-Disposition: form-data; name="file"; filename="${filename.replace(/["\r\n]/g, (c) => ({ '"': '%22', '\r': '%0D', '\n': '%0A' })[c] ?? '')}"\r\nContent-Type: image/png\r\n\r\n`;
    const answer = await checked(
      post(chat.rid, chat.token)
        .set('Content-Type', 'multipart/form-data; boundary=b')
        .send(Buffer.concat([Buffer.from(head), png, Buffer.from('\r\n--b--\r\n')])),
    );
    expect(answer.status).toBe(200);
    if (!filename.includes('"')) expect(answer.body.file.name).toBe(name);
    expect(answer.body.file.name).not.toMatch(/[\r\n/\\]/);
    expect((await download(answer.body.attachments[0].title_link)).status).toBe(200);
  });

  it('refuses types that are not allowed, among them pictures that could have scripts', async () => {
    const chat = await startChat(anyone);
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    const refused = await upload(chat, svg, { filename: 'x.svg', contentType: 'image/svg+xml' });
    expect([refused.status, refused.body]).toEqual([
      400,
      { reason: 'error-type-not-allowed', success: false },
    ]);
    await withSetting(admin, 'FileUpload_MediaTypeWhiteList', 'image/*, application/pdf', async () => {
      expect((await upload(chat, png, { contentType: 'text/html' })).body.reason).toBe(
        'error-type-not-allowed',
      );
      expect((await upload(chat, png, { contentType: 'application/pdf' })).status).toBe(200);
      expect((await upload(chat)).status).toBe(200);
    });
    // What only says that it is a picture is not taken for anything else.
    const disguised = await upload(chat, svg);
    const shown = await download(disguised.body.attachments[0].title_link);
    expect(shown.headers).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff' });
    const page = await upload(chat, Buffer.from('<script>alert(1)</script>'), { contentType: 'text/html' });
    expect((await download(page.body.attachments[0].title_link)).headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-security-policy': "default-src 'none'; sandbox",
    });
  });

  it('refuses a file that is too large, and keeps nothing of it', async () => {
    const chat = await startChat(anyone);
    const before = await countChunks();
    await withSetting(admin, 'FileUpload_MaxFileSize', 300_000, async () => {
      const answer = await upload(chat, randomBytes(300_001));
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual({
        reason: 'error-size-not-allowed',
        sizeAllowed: '0.30 MB',
        success: false,
      });
      expect((await upload(chat, randomBytes(300_000))).status).toBe(200);
    });
    expect(await countChunks()).toBe(before + 3);
    expect(await stored(chat.rid)).toBe(1 + 1 + 3);
  });

  it('refuses a compressed form, whatever it unfolds to', async () => {
    const chat = await startChat(anyone);
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    const answer = await checked(
      post(chat.rid, chat.token)
        .set('Content-Type', 'multipart/form-data; boundary=b')
        .set('Content-Encoding', 'gzip')
        .send(bomb),
    );
    expect(answer.status).toBe(415);
    // A bomb in a file is a file.
    expect((await upload(chat, bomb, { filename: 'b.gz', contentType: 'application/gzip' })).status).toBe(
      200,
    );
  });

  it('refuses what is no form, has no file, or is malformed', async () => {
    const { rid, token } = await startChat(anyone);
    const json = await checked(post(rid, token).send({ file: 'x' }));
    expect(json.status).toBe(400);
    const nothing = await checked(post(rid, token));
    expect(nothing.status).toBe(400);
    const none = await checked(post(rid, token).field('description', 'x'));
    expect([none.status, none.body]).toEqual([400, { reason: 'error-no-file-uploaded', success: false }]);
    const elsewhere = await checked(post(rid, token).attach('photo', png, 'x.png'));
    expect(elsewhere.body.reason).toBe('error-no-file-uploaded');
    for (const body of [
      '',
      'nonsense',
      '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nabc',
    ]) {
      const answer = await checked(
        post(rid, token).set('Content-Type', 'multipart/form-data; boundary=b').send(body),
      );
      expect([body, answer.status]).toEqual([body, 400]);
    }
    const unbounded = await checked(post(rid, token).set('Content-Type', 'multipart/form-data').send('x'));
    expect(unbounded.status).toBe(400);
    expect(await stored(rid)).toBe(0);
  });

  it.each(['file', 'photo'])('refuses a form with another file as %s, and keeps neither', async (field) => {
    const { rid, token } = await startChat(anyone);
    const several = await checked(
      post(rid, token).attach('file', randomBytes(300_000), 'one.png').attach(field, png, 'two.png'),
    );
    expect(several.body.error).toBe('a form has one file only [invalid-request]');
    expect(await stored(rid)).toBe(0);
    const history = await anyone.get(`livechat/messages.history/${rid}`, { token });
    expect(history.body.messages.map(({ t }: { t?: string }) => t)).not.toContain(undefined);
  });

  it('refuses whoever has no open room, and everyone if files are switched off', async () => {
    const { rid, token } = await startChat(anyone);
    const stranger = await registerVisitor(anyone);
    const forbidden = { success: false, error: 'unauthorized' };
    const refused = async (answer: ReturnType<typeof upload>) => {
      const { status, body } = await answer;
      return status === 403 ? body : status;
    };
    expect(
      await refused(
        checked(request(service.app).post(`/api/v1/livechat/upload/${rid}`).attach('file', png, 'x.png')),
      ),
    ).toEqual(forbidden);
    expect(await refused(upload({ rid, token: unique('nobody') }))).toEqual(forbidden);
    expect(await refused(upload({ rid, token: stranger.token }))).toEqual(forbidden);
    expect(await refused(upload({ rid: 'no-room', token }))).toEqual(forbidden);
    for (const setting of ['FileUpload_Enabled', 'Livechat_fileupload_enabled'])
      await withSetting(admin, setting, false, async () => {
        expect((await upload({ rid, token })).body).toEqual({
          reason: 'error-file-upload-disabled',
          success: false,
        });
      });
    await anyone.post('livechat/room.close', { token, rid });
    expect(await refused(upload({ rid, token }))).toEqual(forbidden);
    expect(await stored(rid)).toBe(0);
  });

  it('takes ten at once', async () => {
    const chat = await startChat(anyone);
    const contents = Array.from({ length: 10 }, () => randomBytes(200_000));
    const answers = await Promise.all(contents.map((content) => upload(chat, content)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    for (const [index, { body }] of answers.entries())
      expect((await download(body.attachments[0].title_link)).body.equals(contents[index])).toBe(true);
  });
});

describe('a file', () => {
  it('is gone with its visitor, in every collection', async () => {
    const chat = await startChat(anyone);
    const { body } = await upload(chat, randomBytes(300_000));
    expect(await stored(chat.rid)).toBe(1 + 1 + 3);
    const chunks = await countChunks();
    await anyone.post('livechat/room.close', { token: chat.token, rid: chat.rid });
    expect((await anyone.delete(`livechat/visitor/${chat.token}`)).status).toBe(200);
    expect(await stored(chat.rid)).toBe(0);
    expect(await countChunks()).toBe(chunks - 3);
    expect((await download(body.attachments[0].title_link)).status).toBe(404);
  });

  it('is for whoever says to be its visitor, also when the chat is over, and not for another one', async () => {
    const chat = await startChat(anyone);
    const other = await startChat(anyone);
    const { body } = await upload(chat);
    await anyone.post('livechat/room.close', { token: chat.token, rid: chat.rid });
    const fetchAs = async (rc_token: string, rc_rid: string) => {
      const file = request(service.app).get(body.attachments[0].title_link);
      return (await checked(file.query({ rc_room_type: 'l', rc_token, rc_rid }))).status;
    };
    expect(await fetchAs(chat.token, chat.rid)).toBe(200);
    expect(await fetchAs(other.token, chat.rid)).toBe(403);
    expect(await fetchAs(other.token, other.rid)).toBe(403);
    expect(await fetchAs('a\u0000b', chat.rid)).toBe(403);
    expect(await fetchAs('x'.repeat(2_000), chat.rid)).toBe(403);
  });
});
