import { createAddressGuard } from '../../src/delivery/address-guard.ts';
import { DeliveryWorker } from '../../src/delivery/delivery-worker.ts';
import { createSessionReceiver } from '../../src/delivery/session-receiver.ts';
import { createSessionSender } from '../../src/delivery/session-sender.ts';
import { createDeliveryStore, deliveryCollection } from '../../src/storage/deliveries/deliveries.ts';
import { eventually } from '../support/eventually.ts';
import { logBook } from '../support/log-book.ts';
import { settingsWith } from '../support/settings.ts';
import { useDatabase } from '../support/use-database.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const minuteMs = 60_000;
const notASession = () => Promise.reject(new Error('not a session'));

describe("the receiver of Rocket.Chat's webhook", () => {
  const database = useDatabase();
  let receiver: WebhookReceiver;
  let url: string;
  let now: Date;
  let worker: DeliveryWorker;
  let kept: Map<string, string>;
  beforeEach(async () => {
    receiver = await startWebhookReceiver();
    await database.db.collection(deliveryCollection).deleteMany({});
    // Far ahead: by its own clock, the database removes what is old.
    now = new Date('2096-01-31T08:00:00Z');
    kept = new Map();
    url = receiver.url;
    worker = start();
  });
  afterEach(async () => {
    await worker.stop();
    await receiver.stop();
  });

  function start(given: Parameters<typeof settingsWith>[0] = {}): DeliveryWorker {
    const settings = settingsWith({ Livechat_webhookUrl: url, Livechat_secret_token: 's3cret', ...given });
    const started = new DeliveryWorker({
      clock: () => now,
      logger: logBook('warn').logger,
      deliveries: createDeliveryStore(database.db),
      senders: {
        mail: notASession,
        webhook: notASession,
        session: createSessionSender({
          receiver: createSessionReceiver(createAddressGuard(['127.0.0.1']), settings),
          rooms: { setCrmData: async (id, text) => void kept.set(id, text) },
          settings,
          bodyOf: async ({ type, subjectId }) => (subjectId === 'gone' ? null : { type, _id: subjectId }),
        }),
      },
    });
    started.start();
    return started;
  }
  const deliveries = () => database.db.collection<{ _id: string; dueAt?: Date }>(deliveryCollection);
  const happen = (subjectId: string) =>
    worker.add(
      `session:${subjectId}`,
      { kind: 'session', event: { type: 'LivechatSession', subjectId, at: now }, about: subjectId },
      now,
    );
  const stored = (subjectId: string) => deliveries().findOne({ _id: `session:${subjectId}` });
  const attempted = (subjectId: string, attempts: number) =>
    eventually(async () => {
      const found = await stored(subjectId);
      expect(found).toMatchObject({ attempts });
      expect(found?.dueAt?.getTime() ?? 0).not.toBe(now.getTime() + minuteMs);
    });
  /** Lets time pass until the next attempt is due, and that attempt be made. */
  async function nextAttempt(subjectId: string, attempts: number): Promise<void> {
    now = (await stored(subjectId))?.dueAt ?? now;
    await happen('gone');
    await deliveries().deleteOne({ _id: 'session:gone' });
    await attempted(subjectId, attempts);
  }

  it('may be away for an hour, and is told then', async () => {
    receiver.answerWith(503);
    const wentAway = now.getTime();
    await happen('room');
    await attempted('room', 1);
    expect((await stored('room'))?.dueAt).toEqual(new Date(wentAway + 20_000));
    for (const attempts of [2, 3, 4]) await nextAttempt('room', attempts);
    expect(now.getTime() - wentAway).toBeLessThan(60 * minuteMs);
    receiver.answerWith(200);
    receiver.say('noted');
    await nextAttempt('room', 5);
    expect(now.getTime() - wentAway).toBeGreaterThan(60 * minuteMs);
    await eventually(async () => expect(await stored('room')).toHaveProperty('deliveredAt'));
    expect(receiver.events).toHaveLength(5);
    expect(kept).toEqual(new Map([['room', 'noted']]));
  });

  it.each([500, 502, 429])('gets five attempts if it answers %d', async (status) => {
    receiver.answerWith(status);
    await happen('room');
    await attempted('room', 1);
    for (const attempts of [2, 3, 4, 5]) await nextAttempt('room', attempts);
    await eventually(async () => expect(await stored('room')).toHaveProperty('givenUpAt'));
    expect(receiver.events).toHaveLength(5);
    expect(kept.size).toBe(0);
  });

  it.each([201, 204, 400, 404])('gets one attempt if it answers %d', async (status) => {
    receiver.answerWith(status);
    await happen('room');
    await eventually(async () => expect(await stored('room')).toMatchObject({ givenUpAt: now, attempts: 1 }));
    expect(receiver.events).toHaveLength(1);
  });

  it('is left after the time that the settings give it', async () => {
    receiver.hang();
    await worker.stop();
    worker = start({ Livechat_http_timeout: 20 });
    await happen('room');
    await eventually(async () =>
      expect(await stored('room')).toMatchObject({ dueAt: new Date(now.getTime() + 20_000) }),
    );
    receiver.answerWith(200);
    await worker.stop();
    worker = start();
    await nextAttempt('room', 2);
    await eventually(async () => expect(await stored('room')).toHaveProperty('deliveredAt'));
  });

  it('may move within its origin with the secret, elsewhere without it, and inward not at all', async () => {
    const other = await startWebhookReceiver();
    receiver.answerWith(307, `${other.url}/moved`);
    await happen('one');
    await eventually(() => expect(other.events).toHaveLength(1));
    expect(receiver.events[0]?.headers).toHaveProperty('x-rocketchat-livechat-token', 's3cret');
    expect(other.events[0]?.headers).not.toHaveProperty('x-rocketchat-livechat-token');
    await other.stop();
    receiver.answerWith(307, 'http://169.254.169.254/');
    await happen('two');
    await eventually(async () =>
      expect(await stored('two')).toMatchObject({ dueAt: new Date(now.getTime() + 20_000) }),
    );
  });

  it('is told nothing once it is not set any more, or the conversation is gone', async () => {
    await happen('gone');
    await eventually(async () => expect(await stored('gone')).toHaveProperty('deliveredAt'));
    await worker.stop();
    url = '';
    worker = start();
    await happen('room');
    await eventually(async () => expect(await stored('room')).toHaveProperty('deliveredAt'));
    expect(receiver.events).toEqual([]);
  });

  it('may answer at length, of which the beginning is kept', async () => {
    receiver.say('x'.repeat(1_000_000));
    await happen('room');
    await eventually(() => expect(kept.get('room')).toHaveLength(64 * 1024));
  });
});
