import { inParts, inPatientSlices, inSlices } from '../../../src/storage/memory-table/time-slices.ts';

const slices = 4;

function keepBusy(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** Work that uses up several slices. */
function* longWork(): Generator<void, string> {
  for (let slice = 0; slice < slices; slice += 1) {
    keepBusy(6);
    yield;
  }
  return 'done';
}

/** How many turns somebody else gets while work is done, who always has something to do. */
async function turnsOfOthers(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const takeTurn = (): void => {
    turns += 1;
    keepBusy(1);
    if (!isOver) setImmediate(takeTurn);
  };
  setImmediate(takeTurn);
  await work();
  isOver = true;
  return turns;
}

describe('work in slices', () => {
  it('gives others some turns after each slice', async () => {
    expect(await turnsOfOthers(() => inSlices(longWork()))).toBeGreaterThanOrEqual(2 * slices);
    expect(await inSlices(longWork())).toBe('done');
  });

  it('gives them more if nobody waits for the work', async () => {
    expect(await turnsOfOthers(() => inPatientSlices(longWork()))).toBeGreaterThanOrEqual(4 * slices);
    expect(await inPatientSlices(longWork())).toBe('done');
  });

  it('goes through all positions once, in parts', () => {
    const seen: number[] = [];
    const parts = [
      ...inParts(20_000, (from, to) => {
        for (let position = from; position < to; position += 1) seen.push(position);
      }),
    ];
    expect(seen).toEqual(Array.from({ length: 20_000 }, (_, position) => position));
    expect(parts.length).toBeGreaterThan(1);
  });
});
