import fc from 'fast-check';
import { HashIndex, hashOf } from '../../../src/storage/memory-table/hash-index.ts';

describe('an index of hashes', () => {
  it('has the positions that were stored under a hash, and no others, the latest first', () => {
    // Hashes that are alike in their last bits, or in all but one.
    const hash = fc.oneof(
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      fc.nat(40).map((n) => (n * 2 ** 27 + 5) % 2 ** 32),
      fc.constantFrom(0, 2 ** 31, 2 ** 31 + 2 ** 15, 2 ** 15, 2 ** 32 - 1),
    );
    const entries = fc.array(fc.record({ hash, position: fc.nat(2 ** 31 - 1) }), { maxLength: 300 });
    fc.assert(
      fc.property(entries, (all) => {
        const index = new HashIndex();
        for (const each of all) index.add(each.hash, each.position);
        for (const { hash: wanted } of [...all, { hash: 7 }]) {
          const expected = all.filter((each) => each.hash === wanted).map(({ position }) => position);
          expect([...index.positions(wanted)]).toEqual(expected.reverse());
        }
      }),
    );
  });

  it('has hashes that fit into 32 bits without a sign', () => {
    const hashes = Array.from({ length: 100 }, (_, n) => hashOf(`visitor-${n}`));
    expect([...new Uint32Array(hashes)]).toEqual(hashes);
    expect(Math.max(...hashes)).toBeGreaterThanOrEqual(2 ** 31);
  });

  it('takes less than eight bytes for each of many', () => {
    const index = new HashIndex();
    const add = (from: number, to: number) => {
      for (let n = from; n < to; n += 1) index.add(hashOf(`visitor-${n}`), n);
      return index.bytes;
    };
    const [few, many] = [add(0, 200_000), add(200_000, 400_000)];
    expect((many - few) / 200_000).toBeLessThan(8);
  });
});
