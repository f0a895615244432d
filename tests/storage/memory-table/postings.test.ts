import fc from 'fast-check';
import { PostingMemory } from '../../../src/storage/memory-table/posting-memory.ts';
import { Postings } from '../../../src/storage/memory-table/postings.ts';

/** Ascending positions: single ones, runs, and far ones. */
const positions = fc
  .array(
    fc.record({ gap: fc.oneof(fc.constantFrom(1, 2, 127, 128, 129), fc.nat(100_000)), run: fc.nat(700) }),
    {
      maxLength: 60,
    },
  )
  .map((parts) => {
    const all: number[] = [];
    let next = 0;
    for (const { gap, run } of parts) {
      next += gap;
      for (let index = 0; index <= run % 7 ** (1 + (gap % 3)); index += 1, next += 1) all.push(next);
    }
    return all;
  });

const listOf = (all: readonly number[], memory = new PostingMemory()): Postings => {
  const postings = new Postings(memory);
  for (const position of all) postings.add(position);
  return postings;
};

function allIn(postings: Postings): number[] {
  const all: number[] = [];
  // One after the other, since their array is used again.
  for (const block of postings.blocks()) all.push(...block);
  return all;
}

function markedIn(postings: Postings): number[] {
  const flags = new Uint8Array((allIn(postings).at(-1) ?? 0) + 1);
  postings.mark(flags);
  return [...flags.keys()].filter((position) => flags[position] === 1);
}

describe('postings', () => {
  it('have the positions that were added, in their order', () => {
    fc.assert(
      fc.property(fc.array(positions, { maxLength: 4 }), (lists) => {
        const memory = new PostingMemory();
        // They share their memory.
        const all = lists.map((list) => listOf(list, memory));
        expect(all.map(allIn)).toEqual(lists);
        expect(all.map(({ count }) => count)).toEqual(lists.map(({ length }) => length));
        expect(all.map(markedIn)).toEqual(lists);
      }),
    );
  });

  it('have positions that are far from each other, and long runs, wherever in a block these come', () => {
    for (let before = 0; before < 20; before += 1) {
      const near = Array.from({ length: before }, (_, n) => 2 * n + 1);
      const far = Array.from({ length: 7 }, (_, n) => (n + 1) * 2 ** 28);
      const all = [...near, ...Array.from({ length: 20_000 }, (_, n) => 100 + n), ...far];
      expect(allIn(listOf([...near, ...far]))).toEqual([...near, ...far]);
      expect(allIn(listOf(all))).toEqual(all);
    }
  });

  it('have a position once that is added again', () => {
    expect(allIn(listOf([0, 0, 1, 1, 2, 5, 5, 6]))).toEqual([0, 1, 2, 5, 6]);
  });

  it('are read as they were when reading began', () => {
    fc.assert(
      fc.property(positions, positions, (before, more) => {
        const postings = listOf(before);
        const reader = postings.read();
        const last = before.at(-1) ?? -1;
        for (const position of more) postings.add(last + 1 + position);
        const target = new Uint32Array(before.length + 10);
        expect(reader.fill(target)).toBe(before.length);
        expect([...target.subarray(0, before.length)]).toEqual(before);
      }),
    );
  });

  it('are read from a position on, without any that is passed over in vain', () => {
    fc.assert(
      fc.property(positions, fc.nat(5), fc.double({ min: 0, max: 1, noNaN: true }), (all, read, part) => {
        const reader = listOf(all).read();
        const target = new Uint32Array(all.length + 1);
        const first = reader.fill(target.subarray(0, Math.min(read, all.length)));
        const wanted = Math.floor((all.at(-1) ?? 0) * part);
        reader.skipTo(wanted);
        const rest = [...target.subarray(0, reader.fill(target))];
        const expected = all.slice(first).filter((position) => position >= wanted);
        expect(rest.filter((position) => position >= wanted)).toEqual(expected);
      }),
    );
  });

  it('are read from each of them on, also from the last one of a block', () => {
    const all = Array.from({ length: 500 }, (_, n) => 2 * n);
    const postings = listOf(all);
    for (const wanted of all) {
      const reader = postings.read();
      reader.skipTo(wanted);
      const rest = new Uint32Array(all.length);
      expect(rest.subarray(0, reader.fill(rest))).toContain(wanted);
    }
  });

  it.each([
    ['none of which follow each other', 0],
    ['in the midst of many that follow each other', 1_000],
  ])('pass over most positions before the one that is wanted, %s', (_, run) => {
    const following = Array.from({ length: run }, (_, n) => n);
    const reader = listOf([...following, ...Array.from({ length: 100_000 }, (_, n) => run + 3 * n)]).read();
    reader.fill(new Uint32Array(1));
    reader.skipTo(270_000);
    const next = new Uint32Array(1);
    reader.fill(next);
    expect(next[0]).toBeLessThanOrEqual(270_000);
    expect(next[0]).toBeGreaterThan(265_000);
  });

  it('take a few bytes for positions that all follow each other', () => {
    const memory = new PostingMemory();
    const lists = Array.from({ length: 1_000 }, () =>
      listOf(
        Array.from({ length: 1_000 }, (_, n) => n),
        memory,
      ),
    );
    expect(lists.map(({ count }) => count)).toEqual(lists.map(() => 1_000));
    expect(memory.bytes).toBeLessThan(100_000);
  });
});
