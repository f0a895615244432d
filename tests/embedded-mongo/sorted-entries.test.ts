import { SortedEntries } from '../../src/embedded-mongo/storage/sorted-entries.ts';

/** Numbers in an order that is not theirs; each appears `times` times. */
const shuffled = (count: number, times: number): number[] =>
  Array.from({ length: count * times }, (_, i) => (i * 7_919) % count);

const keyOf = (n: number): Buffer => Buffer.from(String(n).padStart(n % 90, '0'));

it.each([
  ['none', 0],
  ['one', 1],
  ['fewer than are sorted together', 700],
  ['just as many as are sorted together', 1_000],
  ['many more', 12_345],
])('entries come back in the order of their keys: %s', (_what, count) => {
  const entries = new SortedEntries();
  const given = shuffled(count, 1);
  for (const n of given) entries.add({ key: keyOf(n), recordId: n + 1 });
  const taken = [...entries.take()].map(({ key, recordId }) => ({ key: key.toString(), recordId }));
  const wanted = given.map((n) => ({ key: keyOf(n), recordId: n + 1 }));
  wanted.sort((a, b) => Buffer.compare(a.key, b.key));
  expect(taken).toEqual(wanted.map(({ key, recordId }) => ({ key: key.toString(), recordId })));
});

it('entries with the same key are all there', () => {
  const entries = new SortedEntries();
  for (const [recordId, n] of shuffled(500, 5).entries()) entries.add({ key: keyOf(n), recordId });
  const taken = [...entries.take()];
  expect(new Set(taken.map(({ recordId }) => recordId)).size).toBe(2_500);
  expect(taken.every(({ key }, i) => i === 0 || (taken[i - 1]?.key.compare(key) ?? 1) <= 0)).toBe(true);
});

it('the memory they take is given back when they are taken', () => {
  const entries = new SortedEntries();
  for (let n = 0; n < 1_500; n += 1) entries.add({ key: Buffer.alloc(40), recordId: n });
  expect(entries.bytes).toBe(1_500 * (2 + 40 + 6));
  expect([...entries.take()]).toHaveLength(1_500);
  expect([entries.bytes, [...entries.take()].length]).toEqual([0, 0]);
});
