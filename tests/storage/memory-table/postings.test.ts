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

const allIn = (postings: Postings): number[] => [...postings.blocks()].flatMap((block) => [...block]);

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

  it('pass over most positions before the one that is wanted', () => {
    const reader = listOf(Array.from({ length: 100_000 }, (_, n) => 3 * n)).read();
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
