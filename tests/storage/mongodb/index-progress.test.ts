import type { Db, Document } from 'mongodb';
import { type IndexProgress, tellProgress } from '../../../src/storage/mongodb/index-progress.ts';

type Told = IndexProgress | undefined;

const operation = (done: number, total: number): Document => ({
  msg: `Index Build: scanning collection Index Build: scanning collection: ${done}/${total} 5%`,
  progress: { done, total },
});

/** A server that answers each question about its operations with the next of these, and counts them. */
function serverThatAnswers(...answers: (readonly Document[] | Error)[]) {
  const asked: Document[] = [];
  const command = async (question: Document): Promise<Document> => {
    const answer = answers[asked.push(question) - 1] ?? [];
    if (answer instanceof Error) throw answer;
    return { inprog: answer };
  };
  return { asked, db: { databaseName: 'here', admin: () => ({ command }) } as unknown as Db };
}

describe('while indexes are being built', () => {
  /** Watches a build until something was told so many times. */
  async function toldOf(db: Db, times: number): Promise<Told[]> {
    const told: Told[] = [];
    const { signal } = new AbortController();
    let end = (): void => undefined;
    const build = new Promise<void>((resolve) => (end = resolve));
    await tellProgress(build, { db, collection: 'large', signal, everyMs: 1 }, (progress) => {
      if (told.push(progress) === times) end();
    });
    return told;
  }

  it('it is told how far the server is, all shards of a cluster together', async () => {
    const { asked, db } = serverThatAnswers([operation(1, 4)], [operation(50, 100), operation(100, 100)]);
    expect(await toldOf(db, 2)).toEqual([
      { step: 'scanning collection', percent: 25 },
      { step: 'scanning collection', percent: 75 },
    ]);
    expect(asked[0]).toMatchObject({
      currentOp: 1,
      'command.createIndexes': 'large',
      'command.$db': 'here',
      maxTimeMS: 1_000,
    });
  });

  it('it is told that they are, if the server does not say how far it is', async () => {
    const { db } = serverThatAnswers(new Error('not authorized'), [], [operation(0, 0)]);
    expect(await toldOf(db, 3)).toEqual([undefined, undefined, undefined]);
  });

  it('nothing is asked or told once they stand, or cannot be built, or the service stops', async () => {
    const { asked, db } = serverThatAnswers();
    const stopping = new AbortController();
    const watch = (build: Promise<void>) =>
      tellProgress(build, { db, collection: 'large', signal: stopping.signal, everyMs: 20 }, () => undefined);
    await watch(Promise.resolve());
    await expect(watch(Promise.reject(new Error('no')))).rejects.toThrow('no');
    let end = (): void => undefined;
    const watched = watch(new Promise<void>((resolve) => (end = resolve)));
    stopping.abort();
    await new Promise((resolve) => setTimeout(resolve, 60));
    end();
    await watched;
    expect(asked).toEqual([]);
  });
});
