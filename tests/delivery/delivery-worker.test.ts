import { DeliveryWorker, type Senders } from '../../src/delivery/delivery-worker.ts';
import { createDeliveryStore, deliveryCollection } from '../../src/storage/deliveries/deliveries.ts';
import { eventually } from '../support/eventually.ts';
import { logBook } from '../support/log-book.ts';
import { useDatabase } from '../support/use-database.ts';

const content = (to: string) =>
  ({ kind: 'mail', mail: { from: 'shop@example.org', to, subject: 'Hello', text: 'Hello' } }) as const;

const minuteMs = 60_000;
const notMail = () => Promise.reject(new Error('not mail'));

describe('the queue of deliveries', () => {
  const database = useDatabase();
  const book = logBook('warn');
  let now: Date;
  let sent: string[];
  let send: Senders['mail'];
  let worker: DeliveryWorker;
  beforeEach(async () => {
    await database.db.collection(deliveryCollection).deleteMany({});
    // Far ahead: by its own clock, the database removes what is old.
    now = new Date('2096-01-31T08:00:00Z');
    sent = [];
    send = async ({ mail }) => void sent.push(mail.to);
    worker = start();
  });
  afterEach(() => worker.stop());

  const start = (): DeliveryWorker => {
    const started = new DeliveryWorker({
      clock: () => now,
      logger: book.logger,
      deliveries: createDeliveryStore(database.db),
      senders: { mail: (...args) => send(...args), session: notMail, webhook: notMail },
    });
    started.start();
    return started;
  };
  const stored = (id: string) =>
    database.db.collection<{ _id: string }>(deliveryCollection).findOne({ _id: id });

  it('delivers what is added, at once and once, however often it is added', async () => {
    await worker.add('one', content('ann@example.org'), now);
    await eventually(() => expect(sent).toEqual(['ann@example.org']));
    await eventually(async () => expect(await stored('one')).toHaveProperty('deliveredAt'));
    await worker.add('one', content('ann@example.org'), now);
    await worker.add('two', content('bob@example.org'), now);
    await eventually(() => expect(sent).toEqual(['ann@example.org', 'bob@example.org']));
  });

  it('tries again later what was not accepted', async () => {
    let refused = 0;
    send = () => {
      refused += 1;
      return Promise.reject(new Error('refused'));
    };
    await worker.add('one', content('ann@example.org'), now);
    const due = new Date(now.getTime() + minuteMs);
    await eventually(() => expect(refused).toBe(1));
    await eventually(async () => expect(await stored('one')).toMatchObject({ attempts: 1, dueAt: due }));
    send = async ({ mail }) => void sent.push(mail.to);
    await worker.add('two', content('bob@example.org'), now);
    await eventually(() => expect(sent).toEqual(['bob@example.org']));
    now = due;
    await worker.add('three', content('cem@example.org'), now);
    await eventually(() =>
      expect([...sent].sort()).toEqual(['ann@example.org', 'bob@example.org', 'cem@example.org']),
    );
  });

  it('gives up in the end, and keeps what could not be delivered for a month', async () => {
    await worker.stop();
    await createDeliveryStore(database.db).add('one', content('ann@example.org'), now);
    await database.db.collection(deliveryCollection).updateMany({ dueAt: now }, { $set: { attempts: 28 } });
    send = () => Promise.reject(new Error('refused'));
    worker = start();
    await eventually(async () =>
      expect(await stored('one')).toMatchObject({
        givenUpAt: now,
        expireAt: new Date('2096-03-01T08:00:00Z'),
      }),
    );
    expect(await stored('one')).not.toHaveProperty('dueAt');
  });

  it('is not held up by a receiver who hangs', async () => {
    let release: () => void = () => undefined;
    const hanging = new Promise<void>((resolve) => {
      release = resolve;
    });
    send = async ({ mail }) => {
      if (mail.to === 'slow@example.org') await hanging;
      sent.push(mail.to);
    };
    await worker.add('one', content('slow@example.org'), now);
    await worker.add('two', content('ann@example.org'), now);
    await eventually(() => expect(sent).toEqual(['ann@example.org']));
    release();
  });

  it('delivers after a crash what was being delivered', async () => {
    const store = createDeliveryStore(database.db);
    await worker.stop();
    await store.add('one', content('ann@example.org'), now);
    // The process that claimed it is gone.
    expect(await store.claim(now, new Date(now.getTime() + minuteMs))).toMatchObject({
      _id: 'one',
      attempts: 1,
    });
    worker = start();
    expect(await store.claim(now, now)).toBeNull();
    now = new Date(now.getTime() + minuteMs);
    await worker.add('two', content('bob@example.org'), now);
    await eventually(() => expect([...sent].sort()).toEqual(['ann@example.org', 'bob@example.org']));
  });

  it('gives each delivery to one of several instances', async () => {
    const other = start();
    const ids = Array.from({ length: 40 }, (_, index) => `mail ${index}`);
    await Promise.all(
      ids.map((id, index) => (index % 2 ? worker : other).add(id, content(`${id}@example.org`), now)),
    );
    await eventually(() => expect([...sent].sort()).toEqual(ids.map((id) => `${id}@example.org`).sort()));
    await other.stop();
    expect(sent).toHaveLength(40);
  });
});
