import { type Pace, paced, sortPaced } from '../../src/embedded-mongo/execution/pace.ts';

/** A pace by which it is others' turn after every so many steps. */
function every(steps: number): Pace & { pauses: number } {
  let left = steps;
  const pace = {
    pauses: 0,
    isOver: () => {
      left -= 1;
      return left < 0;
    },
    pause: async () => {
      pace.pauses += 1;
      left = steps;
    },
  };
  return pace;
}

const items = Array.from({ length: 1_000 }, (_, index) => ({ index, key: (index * 7_919) % 13 }));
const byKey = (a: { key: number }, b: { key: number }) => a.key - b.key;

describe('work that lets others run', () => {
  it('sorts like Array.sort, with equal items in their original order', async () => {
    for (const length of [0, 1, 64, 65, 129, 1_000]) {
      const given = items.slice(0, length);
      expect(await sortPaced(given, byKey, every(50))).toEqual([...given].sort(byKey));
    }
  });

  it('pauses while it merges, and ends if a pause throws', async () => {
    const pace = every(100);
    await sortPaced(items, byKey, pace);
    expect(pace.pauses).toBeGreaterThan(30);
    const ended = new Error('the client has gone');
    await expect(sortPaced(items, byKey, { ...pace, pause: () => Promise.reject(ended) })).rejects.toBe(
      ended,
    );
  });

  it('passes every item on, with pauses in between', async () => {
    const pace = every(10);
    const given: unknown[] = [];
    for await (const item of paced(items, pace)) given.push(item);
    expect(given).toEqual(items);
    expect(pace.pauses).toBeGreaterThan(80);
  });
});
