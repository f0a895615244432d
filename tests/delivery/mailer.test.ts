import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createMailer } from '../../src/delivery/mailer.ts';
import { patient } from '../support/paging.ts';
import { type SmtpServer, startSmtpServer } from '../support/smtp-server.ts';

const mail = { from: 'no-reply@shop.example', to: 'ann@example.org', subject: 'Hello', text: 'Hello' };

/** A server that accepts connections and says nothing. */
async function startSilentServer(): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A server whose greeting is followed by an answer that does not end. */
async function startTalkativeServer(): Promise<{ readonly url: string; stop(): void }> {
  const { server, url } = await startSilentServer();
  const sockets: Socket[] = [];
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.write('220 test\r\n');
    const talking = setInterval(() => socket.write('250-and another thing\r\n'), 5);
    socket.on('error', () => undefined).on('close', () => clearInterval(talking));
  });
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { url, stop };
}

describe('a mail', () => {
  let smtp: SmtpServer;
  beforeAll(async () => {
    smtp = await startSmtpServer();
  });
  afterAll(() => smtp.stop());

  it('is sent by the mail server', async () => {
    const mailer = createMailer(smtp.url);
    await mailer.send(mail, patient);
    mailer.close();
    expect(smtp.mails).toMatchObject([{ from: mail.from, to: mail.to }]);
  });

  it('that the server refuses has failed, without the address in the reason', async () => {
    const mailer = createMailer(smtp.url);
    smtp.refuseWith('550 no such user <ann@example.org>');
    await expect(mailer.send(mail, patient)).rejects.toThrow(/^the mail server did not take it: [A-Z]+ 550$/);
    smtp.refuseWith(undefined);
    mailer.close();
  });

  it('fails while the server is down', async () => {
    const { server, url } = await startSilentServer();
    server.close();
    await once(server, 'close');
    await expect(createMailer(url).send(mail, patient)).rejects.toThrow('the mail server did not take it: E');
  });

  it('fails if the server is silent for too long', async () => {
    const { server, url } = await startSilentServer();
    const sockets: Socket[] = [];
    server.on('connection', (socket) => sockets.push(socket));
    await expect(createMailer(url, { silenceMs: 50, mailMs: 10_000 }).send(mail, patient)).rejects.toThrow(
      'the mail server did not take it: ETIMEDOUT',
    );
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it('fails if the server goes on and on, and at once when the service stops', async () => {
    const { url, stop } = await startTalkativeServer();
    await expect(createMailer(url, { silenceMs: 10_000, mailMs: 50 }).send(mail, patient)).rejects.toThrow(
      'the mail server did not take it: EABORT',
    );
    const stopping = new AbortController();
    const sent = createMailer(url).send(mail, stopping.signal);
    stopping.abort();
    await expect(sent).rejects.toThrow('the mail server did not take it: EABORT');
    stop();
  });

  it('cannot be sent without a server', async () => {
    await expect(createMailer(undefined).send(mail, patient)).rejects.toThrow('MAIL_URL is not set');
  });
});
