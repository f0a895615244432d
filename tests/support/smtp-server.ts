import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** A mail as it came over the wire. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: string;
  /** Headers and body. */
  readonly text: string;
}

export interface SmtpServer {
  readonly url: string;
  readonly mails: readonly ReceivedMail[];
  /** What it answers to the next mails instead of taking them. */
  refuseWith(answer: string | undefined): void;
  stop(): Promise<void>;
}

/** A mail server that takes everything, unless told otherwise. */
export async function startSmtpServer(): Promise<SmtpServer> {
  const mails: ReceivedMail[] = [];
  let refusal: string | undefined;
  const server = createServer(async (socket) => {
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 test');
    let from = '';
    let to = '';
    let lines: string[] | undefined;
    for await (const line of createInterface({ input: socket })) {
      if (lines !== undefined) {
        if (line !== '.') lines.push(line);
        else {
          mails.push({ from, to, text: lines.join('\n') });
          lines = undefined;
          say('250 taken');
        }
        continue;
      }
      const [, address = ''] = /<([^>]*)>/.exec(line) ?? [];
      if (line.startsWith('MAIL')) from = address;
      if (line.startsWith('RCPT')) to = address;
      if (line === 'DATA' && refusal === undefined) lines = [];
      if (line === 'DATA') say(refusal ?? '354 go on');
      else if (line === 'QUIT') socket.end('221 bye\r\n');
      else say('250 ok');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    refuseWith(answer) {
      refusal = answer;
    },
    async stop() {
      server.close();
      await once(server, 'close');
    },
  };
}
