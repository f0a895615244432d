import { type ChangeStreamDocument, MongoServerError } from 'mongodb';
import { type ChangeSource, followChanges } from '../../../src/storage/mongodb/change-feed.ts';
import { quietLogger, until } from '../../support/visitor-search.ts';

type Events = AsyncGenerator<ChangeStreamDocument>;

/** A collection whose change streams give what the test says, and count how often one was opened and closed. */
function source(open: (attempt: number, closed: Promise<void>) => Events) {
  const counts = { opened: 0, closed: 0 };
  const watching: ChangeSource = {
    watch() {
      counts.opened += 1;
      let end: () => void = () => undefined;
      const closed = new Promise<void>((resolve) => {
        end = resolve;
      });
      const close = async () => {
        counts.closed += 1;
        end();
      };
      return Object.assign(open(counts.opened, closed), { close });
    },
  };
  return { watching, counts };
}

const change = (operationType: string, _id: string) =>
  ({ operationType, documentKey: { _id } }) as unknown as ChangeStreamDocument;

describe('the change stream of visitors', () => {
  it('tells of every visitor that was written or deleted, until it is stopped', async () => {
    const { watching, counts } = source(async function* (_attempt, closed) {
      yield change('insert', 'a');
      yield change('update', 'b');
      yield change('delete', 'c');
      await closed;
    });
    const noted: string[] = [];
    const stopping = new AbortController();
    const following = followChanges(watching, (id) => void noted.push(id), stopping.signal, quietLogger);
    await until(async () => noted.length === 3);
    stopping.abort();
    await following;
    expect(noted).toEqual(['a', 'b', 'c']);
    expect(counts.opened).toBe(1);
    expect(counts.closed).toBeGreaterThan(0);
  });

  it('is done without where the server has none', async () => {
    const { watching, counts } = source(async function* () {
      yield* [];
      throw new MongoServerError({ message: 'only supported on replica sets', code: 40573 });
    });
    await followChanges(watching, () => undefined, new AbortController().signal, quietLogger);
    expect(counts.opened).toBe(1);
  });

  it('ends at once when it is stopped while it waits to open another', async () => {
    const { watching, counts } = source(async function* () {
      yield* [];
      throw new Error('the connection is gone');
    });
    const stopping = new AbortController();
    const following = followChanges(watching, () => undefined, stopping.signal, quietLogger);
    await until(async () => counts.closed === 1);
    stopping.abort();
    await following;
    expect(counts.opened).toBe(1);
  });
});
