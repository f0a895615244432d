import type {
  Connection,
  ConnectionHandler,
  MethodOutcome,
  Refusal,
} from '../../../src/realtime/ddp/connection.ts';
import { Session } from '../../../src/realtime/ddp/session.ts';

const tooMany: Refusal = {
  isClientSafe: true,
  error: 'too-many-requests',
  reason: 'Slow down',
  details: undefined,
  message: 'Slow down [too-many-requests]',
  errorType: 'Meteor.Error',
};

/** A session over no socket; the handler does nothing but what is given. */
function startSession(
  given: Partial<ConnectionHandler> = {},
  countRequest = (): Refusal | undefined => undefined,
) {
  const sent: Record<string, unknown>[] = [];
  const closes: (readonly [number, string])[] = [];
  const reading: string[] = [];
  let connection: Connection | undefined;
  const session = new Session({
    id: 'session',
    address: '192.0.2.1',
    network: '192.0.2.1',
    isWidget: false,
    sink: {
      send: (text) => sent.push(JSON.parse(text)),
      close: (code, reason) => closes.push([code, reason]),
      pause: () => reading.push('paused'),
      resume: () => reading.push('resumed'),
    },
    accept: (opened) => {
      connection = opened;
      return {
        call: async () => ({ result: undefined }),
        subscribe: async () => undefined,
        unsubscribe: () => undefined,
        closed: () => undefined,
        ...given,
      };
    },
    countRequest,
  });
  const receive = (message: object | string) =>
    session.receive(typeof message === 'string' ? message : JSON.stringify(message));
  return { session, sent, closes, reading, receive, connection: () => connection as Connection };
}

const connect = { msg: 'connect', version: '1', support: ['1', 'pre2', 'pre1'] };

function startConnected(...parts: Parameters<typeof startSession>) {
  const started = startSession(...parts);
  started.receive(connect);
  started.sent.length = 0;
  return started;
}

/** Lets what has been promised happen. */
const settle = () => new Promise(setImmediate);

describe('A session', () => {
  it.each(['1', 'pre2', 'pre1'])('begins when the client asks for version %s', (version) => {
    const { receive, sent, session } = startSession();
    receive({ ...connect, version });
    expect(sent).toEqual([{ msg: 'connected', session: 'session' }]);
    expect(session.isConnected).toBe(true);
  });

  it.each([
    [['2', 'pre1'], 'pre1'],
    [['2'], '1'],
    [undefined, '1'],
  ])('suggests another version to a client that supports %j, and ends', (support, version) => {
    const { receive, sent, closes } = startSession();
    receive({ msg: 'connect', version: '2', support });
    expect(sent).toEqual([{ msg: 'failed', version }]);
    expect(closes).toEqual([[1008, expect.any(String)]]);
  });

  it('answers pings at once, even while a method runs', async () => {
    const { receive, sent } = startConnected({ call: () => new Promise(() => undefined) });
    receive({ msg: 'method', id: '1', method: 'slow', params: [] });
    receive({ msg: 'ping', id: 'a' });
    receive({ msg: 'ping' });
    receive({ msg: 'pong' });
    await settle();
    expect(sent).toEqual([{ msg: 'pong', id: 'a' }, { msg: 'pong' }]);
  });

  it('runs what a client asks for in order, one after the other', async () => {
    const done: string[] = [];
    const call = async (method: string) => {
      await settle();
      done.push(method);
      return { result: method };
    };
    const { receive, sent } = startConnected({ call });
    for (const id of ['a', 'b']) receive({ msg: 'method', id, method: id });
    receive({ msg: 'sub', id: 's', name: 'stream', params: [] });
    receive({ msg: 'unsub', id: 's' });
    await settle();
    await settle();
    await settle();
    expect(done).toEqual(['a', 'b']);
    expect(sent.map(({ msg, id, subs, methods }) => [msg, id ?? subs ?? methods])).toEqual([
      ['result', 'a'],
      ['updated', ['a']],
      ['result', 'b'],
      ['updated', ['b']],
      ['ready', ['s']],
      ['nosub', 's'],
    ]);
  });

  it('stops reading while too much waits, and goes on when it has been answered', async () => {
    const { receive, reading, sent } = startConnected();
    for (let n = 0; n < 40; n += 1) receive({ msg: 'method', id: `${n}`, method: 'm' });
    expect(reading).toContain('paused');
    for (let n = 0; n < 200; n += 1) await Promise.resolve();
    await settle();
    expect(reading.at(-1)).toBe('resumed');
    expect(sent.filter(({ msg }) => msg === 'result')).toHaveLength(40);
  });

  it('sends dates as EJSON', async () => {
    const at = new Date(1_000);
    const { receive, sent, connection } = startConnected({ call: async () => ({ result: [{ at }] }) });
    receive({ msg: 'method', id: '1', method: 'm' });
    await settle();
    connection().publish('stream', 'event', [{ deep: { at } }]);
    connection().add('users', 'u', { at });
    expect(sent).toEqual([
      { msg: 'result', id: '1', result: [{ at: { $date: 1_000 } }] },
      { msg: 'updated', methods: ['1'] },
      {
        msg: 'changed',
        collection: 'stream',
        id: 'id',
        fields: { eventName: 'event', args: [{ deep: { at: { $date: 1_000 } } }] },
      },
      { msg: 'added', collection: 'users', id: 'u', fields: { at: { $date: 1_000 } } },
    ]);
  });

  it('says nothing after it is closed', async () => {
    let finish: (outcome: MethodOutcome) => void = () => undefined;
    const call = () =>
      new Promise<MethodOutcome>((resolve) => {
        finish = resolve;
      });
    const { receive, sent, session, connection } = startConnected({ call });
    receive({ msg: 'method', id: '1', method: 'm' });
    session.close();
    finish({ result: 'late' });
    connection().publish('stream', 'event', []);
    await settle();
    expect(sent).toEqual([]);
  });
});

describe('A subscription', () => {
  it('that the client has already is not made again', async () => {
    const asked: string[] = [];
    const subscribe = async (id: string) => void asked.push(id);
    const { receive, sent } = startConnected({ subscribe });
    for (const id of ['a', 'a', 'b']) receive({ msg: 'sub', id, name: 'stream' });
    await settle();
    expect(asked).toEqual(['a', 'b']);
    expect(sent).toEqual([
      { msg: 'ready', subs: ['a'] },
      { msg: 'ready', subs: ['b'] },
    ]);
  });

  it('that is ended while it is checked is not ready', async () => {
    const { receive, sent, connection } = startConnected({
      subscribe: async (id) => {
        connection().endSubscription(id, tooMany);
        return undefined;
      },
    });
    receive({ msg: 'sub', id: 'a', name: 'stream' });
    await settle();
    expect(sent).toEqual([{ msg: 'nosub', id: 'a', error: expect.anything() }]);
  });

  it('is refused once there are 500', async () => {
    const { receive, sent } = startConnected();
    for (let n = 0; n < 510; n += 1) {
      receive({ msg: 'sub', id: `${n}`, name: 'stream' });
      await settle();
    }
    expect(sent.filter(({ msg }) => msg === 'ready')).toHaveLength(500);
    expect(sent.at(-1)).toMatchObject({
      msg: 'nosub',
      id: '509',
      error: { error: 'too-many-subscriptions' },
    });
  });

  it('that cannot be checked sends the client away, to come again', async () => {
    const { receive, closes } = startConnected({ subscribe: () => Promise.reject(new Error('no database')) });
    receive({ msg: 'sub', id: 'a', name: 'stream' });
    await settle();
    expect(closes).toEqual([[1013, expect.any(String)]]);
  });
});

describe('Too many requests', () => {
  it('are refused by the kind of each', async () => {
    const { receive, sent } = startConnected({}, () => tooMany);
    receive({ msg: 'method', id: '1', method: 'm' });
    receive({ msg: 'sub', id: '2', name: 's' });
    await settle();
    expect(sent.map(({ msg, id, error }) => [msg, id, (error as Refusal | undefined)?.error])).toEqual([
      ['result', '1', 'too-many-requests'],
      ['updated', undefined, undefined],
      ['nosub', '2', 'too-many-requests'],
    ]);
  });
});

describe('A method that cannot be run for now', () => {
  it('is refused with 503', async () => {
    const { receive, sent } = startConnected({ call: () => Promise.reject(new Error('no database')) });
    receive({ msg: 'method', id: '1', method: 'm' });
    await settle();
    expect(sent[0]).toMatchObject({ msg: 'result', id: '1', error: { error: 503, isClientSafe: true } });
  });
});

describe('A frame that is no message', () => {
  const long = 'x'.repeat(300);
  it.each([
    ['', 'Parse error'],
    ['{', 'Parse error'],
    ['[['.repeat(20_000), 'Parse error'],
    ['7', 'Bad request'],
    ['null', 'Bad request'],
    ['[]', 'Bad request'],
    ['{}', 'Bad request'],
    ['{"msg":"unknown"}', 'Bad request'],
    ['{"msg":{"$ne":""}}', 'Bad request'],
    ['{"msg":"ping","id":"\\u0000"}', 'Bad request'],
    [`{"msg":"method","id":"1","method":"m","params":[${'['.repeat(40)}${']'.repeat(40)}]}`, 'Bad request'],
    ['{"msg":"method","id":"1"}', 'Malformed method invocation'],
    ['{"msg":"method","id":7,"method":"m"}', 'Malformed method invocation'],
    ['{"msg":"method","id":"1","method":"m","params":{"$gt":""}}', 'Malformed method invocation'],
    [`{"msg":"method","id":"${long}","method":"m"}`, 'Malformed method invocation'],
    ['{"msg":"sub","id":"1"}', 'Malformed subscription'],
    [`{"msg":"sub","id":"${long}","name":"s"}`, 'Malformed subscription'],
    ['{"msg":"sub","id":"1","name":"s","params":"x"}', 'Malformed subscription'],
    ['{"msg":"unsub"}', 'Malformed subscription'],
    ['{"msg":"connect"}', 'Malformed connect'],
    ['{"msg":"connect","version":"1","support":["1","pre2"]}', 'Already connected'],
  ])('gets an answer: %.60s', (frame, reason) => {
    const { receive, sent, closes } = startConnected();
    receive(frame);
    expect(sent).toEqual([{ msg: 'error', reason, offendingMessage: frame.slice(0, 256) }]);
    expect(closes).toEqual([]);
  });

  it('gets one before the session has begun, too', () => {
    const { receive, sent } = startSession();
    receive({ msg: 'ping' });
    receive({ msg: 'method', id: '1', method: 'm' });
    expect(sent.map(({ reason }) => reason)).toEqual(['Must connect first', 'Must connect first']);
  });

  it('ends the session when it is the tenth', () => {
    const { receive, closes } = startConnected();
    for (let n = 0; n < 10; n += 1) receive('{');
    expect(closes).toEqual([[1008, expect.any(String)]]);
  });
});
