import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createMailer } from '../../src/delivery/mailer.ts';
import { type SmtpServer, startSmtpServer } from '../support/smtp-server.ts';

const mail = { from: 'no-reply@shop.example', to: 'ann@example.org', subject: 'Hello', text: 'Hello' };

/** A server that accepts connections and says nothing. */
async function startSilentServer(): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('a mail', () => {
  let smtp: SmtpServer;
  beforeAll(async () => {
    smtp = await startSmtpServer();
  });
  afterAll(() => smtp.stop());

  it('is sent by the mail server', async () => {
    const mailer = createMailer(smtp.url);
    await mailer.send(mail);
    mailer.close();
    expect(smtp.mails).toMatchObject([{ from: mail.from, to: mail.to }]);
  });

  it('that the server refuses has failed, without the address in the reason', async () => {
    const mailer = createMailer(smtp.url);
    smtp.refuseWith('550 no such user <ann@example.org>');
    await expect(mailer.send(mail)).rejects.toThrow(/^the mail server did not take it: [A-Z]+ 550$/);
    smtp.refuseWith(undefined);
    mailer.close();
  });

  it('fails while the server is down', async () => {
    const { server, url } = await startSilentServer();
    server.close();
    await once(server, 'close');
    await expect(createMailer(url).send(mail)).rejects.toThrow('the mail server did not take it: E');
  });

  it('fails if the server is silent for too long', async () => {
    const { server, url } = await startSilentServer();
    const sockets: Socket[] = [];
    server.on('connection', (socket) => sockets.push(socket));
    await expect(createMailer(url, 50).send(mail)).rejects.toThrow(
      'the mail server did not take it: ETIMEDOUT',
    );
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it('cannot be sent without a server', async () => {
    await expect(createMailer(undefined).send(mail)).rejects.toThrow('MAIL_URL is not set');
  });
});
