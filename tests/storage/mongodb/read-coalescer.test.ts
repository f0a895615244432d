import { createReadCoalescer } from '../../../src/storage/mongodb/read-coalescer.ts';

interface Document {
  readonly _id: string;
}

describe('a read coalescer', () => {
  it('looks up everything asked for in one turn with one command, each id once', async () => {
    const asked: (readonly string[])[] = [];
    const coalescer = createReadCoalescer<Document>(async (ids) => {
      asked.push(ids);
      return ids.filter((id) => id !== 'missing').map((_id) => ({ _id }));
    });
    const found = await Promise.all(['a', 'b', 'a', 'missing'].map((id) => coalescer.load(id)));
    expect(found).toEqual([{ _id: 'a' }, { _id: 'b' }, { _id: 'a' }, null]);
    expect(asked).toEqual([['a', 'b', 'missing']]);
  });

  it('sends another command for what comes later', async () => {
    const asked: (readonly string[])[] = [];
    let value = 1;
    const coalescer = createReadCoalescer<Document & { value: number }>(async (ids) => {
      asked.push(ids);
      return ids.map((_id) => ({ _id, value }));
    });
    expect(await coalescer.load('a')).toEqual({ _id: 'a', value: 1 });
    value = 2;
    expect(await coalescer.load('a')).toEqual({ _id: 'a', value: 2 });
    expect(asked).toHaveLength(2);
  });

  it('does not look up more than 200 at a time', async () => {
    const sizes: number[] = [];
    const coalescer = createReadCoalescer<Document>(async (ids) => {
      sizes.push(ids.length);
      return ids.map((_id) => ({ _id }));
    });
    const ids = Array.from({ length: 450 }, (_, i) => String(i));
    const found = await Promise.all(ids.map((id) => coalescer.load(id)));
    expect(found).toEqual(ids.map((_id) => ({ _id })));
    expect(sizes).toEqual([200, 200, 50]);
  });

  it('fails everyone whose lookup failed, and nobody else', async () => {
    let fails = true;
    const coalescer = createReadCoalescer<Document>(async (ids) => {
      if (fails) throw new Error('away');
      return ids.map((_id) => ({ _id }));
    });
    const outcomes = await Promise.allSettled([coalescer.load('a'), coalescer.load('b')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    expect(await coalescer.load('a')).toEqual({ _id: 'a' });
  });
});
