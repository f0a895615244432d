import type { VisitSign } from '../../../src/domain/visits/visit-sign.ts';
import { PendingSigns } from '../../../src/storage/visits/pending-signs.ts';

const at = new Date('2026-01-31T10:00:00Z');
const variablesOf = (length: number) => [{ key: 'plan', value: 'x'.repeat(length) }];

/** How many signs are kept, of so many visitors. */
const kept = (pending: PendingSigns, visitors: number, sign: Partial<VisitSign>): number =>
  Array.from({ length: visitors }, (_, n) => pending.add({ token: `token-${n}`, at, ...sign })).filter(
    Boolean,
  ).length;

describe('signs that wait to be written', () => {
  it('are lost once they say more than there is memory for', () => {
    const pending = new PendingSigns(100_000);
    const sign = { customVariables: variablesOf(10_000) };
    expect(kept(pending, 10, sign)).toBe(4);
    expect(pending.take(2)).toHaveLength(2);
    expect(kept(pending, 10, sign)).toBe(4);
    expect(pending.size).toBe(4);
  });

  it.each<[string, Partial<VisitSign>]>([
    ['greetings', { greeting: { name: 'x'.repeat(10_000), outcome: 'shown' } }],
    ['titles', { title: 'x'.repeat(10_000) }],
    ['devices', { device: { userAgent: 'x'.repeat(10_000) } }],
    ['pages', { page: { _id: 'p', url: 'x'.repeat(5_000), title: '', referrer: '' } }],
  ])('count with all that they say: %s', (_, sign) => {
    expect(kept(new PendingSigns(100_000), 10, sign)).toBe(4);
  });

  it('take up no more if they say the same again, and less if they say less', () => {
    const pending = new PendingSigns(50_000);
    const say = (length: number) => pending.add({ token: 'ann', at, customVariables: variablesOf(length) });
    for (let times = 0; times < 10; times += 1) expect(say(20_000)).toBe(true);
    expect(say(30_000)).toBe(false);
    expect(say(1)).toBe(true);
    expect(kept(pending, 10, { customVariables: variablesOf(20_000) })).toBe(1);
  });

  it('take up what they did once they are put back', () => {
    const pending = new PendingSigns(100_000);
    const sign = { customVariables: variablesOf(10_000) };
    kept(pending, 4, sign);
    pending.putBack(pending.take(4));
    expect(pending.add({ token: 'another', at, ...sign })).toBe(false);
    pending.take(4);
    expect(kept(pending, 10, sign)).toBe(4);
  });
});
