import { Agent, type IncomingMessage, request } from 'node:http';

/** A request of an attack. */
export interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Takes the answer; without it, the answer is read and thrown away. */
  readonly onAnswer?: (answer: IncomingMessage) => void;
}

/** Somebody who attacks from one address, and counts the answers by status. */
export class Attacker {
  readonly answers = new Map<string, number>();
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4_000 });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** Resolves with the status; a connection that the service closes is an answer, too. */
  async send({ method = 'POST', path, body, headers, onAnswer }: Sent): Promise<string> {
    const text = typeof body === 'string' ? body : JSON.stringify(body ?? {});
    const status = await new Promise<string>((resolve) => {
      const sent = request(
        {
          ...{ port: this.#port, host: '127.0.0.1', agent: this.#agent, method },
          path: `/api/v1/${path}`,
          headers: {
            'Content-Type': 'application/json',
            'Content-Length': Buffer.byteLength(method === 'GET' ? '' : text),
            'X-Forwarded-For': '203.0.113.7',
            ...headers,
          },
        },
        (answer) => {
          if (onAnswer) onAnswer(answer);
          else answer.resume();
          answer.once('error', () => undefined);
          resolve(String(answer.statusCode));
        },
      );
      sent.once('error', () => resolve('closed'));
      sent.end(method === 'GET' ? undefined : text);
    });
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
    return status;
  }

  /** Keeps a number of requests in flight until then. */
  async flood(inFlight: number, until: number, next: () => Sent): Promise<void> {
    const keepOn = async () => {
      while (performance.now() < until) await this.send(next());
    };
    await Promise.all(Array.from({ length: inFlight }, keepOn));
  }

  stop(): void {
    this.#agent.destroy();
  }
}
