import { firstHexIdAt, randomIds } from '../../src/domain/ids.ts';

describe('ids of 24 hexadecimal characters', () => {
  it('begin alike if one process makes them within a second, and differ', () => {
    const ids = Array.from({ length: 1_000 }, () => randomIds.hexId());
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{24}$/);
    expect(new Set(ids).size).toBe(1_000);
    // A second may end in between.
    expect(new Set(ids.map((id) => id.slice(0, 18))).size).toBeLessThanOrEqual(2);
  });

  it('come behind the first one of their second, and before that of the next', () => {
    const before = new Date();
    const id = randomIds.hexId();
    const nextSecond = new Date(Date.now() + 1_000);
    expect(firstHexIdAt(before) <= id).toBe(true);
    expect(id < firstHexIdAt(nextSecond)).toBe(true);
  });
});
