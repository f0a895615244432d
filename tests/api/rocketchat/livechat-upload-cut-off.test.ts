import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { apiClient } from '../../support/client.ts';
import { insertAgent, startChat } from '../../support/conversations.ts';
import { eventually } from '../../support/eventually.ts';
import { startTestService } from '../../support/service.ts';

describe('an upload', () => {
  it.each(['that is cut off', 'into a room that closes'])('%s leaves nothing', async (how) => {
    const own = await startTestService();
    try {
      const { port } = await own.start();
      const api = apiClient(own.app);
      await insertAgent(own);
      const { rid, token } = await startChat(api);
      const head = [
        `POST /api/v1/livechat/upload/${rid} HTTP/1.1`,
        'Host: x',
        `x-visitor-token: ${token}`,
        'Content-Type: multipart/form-data; boundary=b',
        'Transfer-Encoding: chunked',
      ].join('\r\n');
      const begin =
        '--b\r\nContent-Disposition: form-data; name="file"; filename="x.png"\r\nContent-Type: image/png\r\n\r\n';
      const chunked = (content: Buffer) =>
        Buffer.concat([Buffer.from(`${content.length.toString(16)}\r\n`), content, Buffer.from('\r\n')]);
      const socket = connect(port, '127.0.0.1');
      let answer = '';
      socket.on('data', (data) => {
        answer += data;
      });
      const closed = new Promise((resolve) => socket.on('close', resolve));
      socket.write(`${head}\r\n\r\n`);
      socket.write(chunked(Buffer.from(begin)));
      socket.write(chunked(randomBytes(300_000)));
      const chunks = own.db.collection('rocketchat_uploads.chunks');
      await eventually(async () =>
        expect(await chunks.countDocuments({}, { hint: { _id: 1 } })).toBeGreaterThan(0),
      );
      if (how === 'that is cut off') socket.destroy();
      else {
        await api.post('livechat/room.close', { token, rid });
        socket.write(chunked(Buffer.from('\r\n--b--\r\n')));
        socket.write('0\r\n\r\n');
        await eventually(() => expect(answer).toContain('403 Forbidden'));
        socket.destroy();
      }
      await closed;
      await eventually(async () => {
        expect(await chunks.countDocuments({}, { hint: { _id: 1 } })).toBe(0);
        expect(await own.db.collection('rocketchat_uploads').countDocuments({ rid })).toBe(0);
      });
    } finally {
      await own.stop();
    }
  });
});
