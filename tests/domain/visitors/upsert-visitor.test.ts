import {
  type UpsertVisitorDeps,
  upsertVisitor,
  type VisitorDraft,
} from '../../../src/domain/visitors/upsert-visitor.ts';
import type { Visitor, VisitorKey, VisitorStore } from '../../../src/domain/visitors/visitor.ts';
import { settingsWith } from '../../support/settings.ts';

const phone: VisitorKey = { kind: 'phone', value: '+55' };
const email: VisitorKey = { kind: 'email', value: 'ann@x.io' };
const draftOf = (otherKeys: VisitorKey[]): VisitorDraft => ({
  ...{ token: 'new token', otherKeys, change: { name: 'Ann' }, whenNew: {} },
});

/** What a registration calls, in order, where the store answers so; unasked it knows nobody and does everything. */
function depsWith(answers: Partial<VisitorStore>) {
  const calls: string[] = [];
  const pauses: number[] = [];
  let numbers = 1;
  const visitors: Partial<VisitorStore> = {
    findByKey: async () => null,
    isIdTaken: async () => false,
    create: async (visitor) => visitor,
    claim: async () => true,
    update: async (_id, _key, change) => ({ _id, ...change }) as Visitor,
    ...answers,
  };
  const noted = Object.entries(visitors).map(([name, method]) => [
    name,
    (...given: never[]) => {
      calls.push(name);
      return (method as (...args: never[]) => unknown)(...given);
    },
  ]);
  const deps = {
    visitors: Object.fromEntries(noted),
    guestNumbers: {
      next: async () => {
        numbers += 1;
        return numbers;
      },
    },
    ids: { hexId: () => 'an id' },
    furtherTokens: { add: async () => undefined },
    settings: settingsWith(),
    users: { findById: async () => null },
    clock: () => new Date(0),
    pause: async (ms: number) => void pauses.push(ms),
  } as unknown as UpsertVisitorDeps;
  return { deps, calls, pauses };
}

describe('a registration that others are faster than', () => {
  it('draws one guest number, however often it tries', async () => {
    let tries = 0;
    const create = async (visitor: Visitor) => {
      tries += 1;
      return tries < 3 ? null : visitor;
    };
    const { deps, calls } = depsWith({ create });
    expect(await upsertVisitor(deps, draftOf([]))).toMatchObject({ username: 'guest-2' });
    expect(calls.filter((call) => call === 'create')).toHaveLength(3);
  });

  it('looks again, and changes nobody, if its phone number is about to become another visitor’s', async () => {
    const known: Visitor = { _id: 'ann', token: 'old token' };
    let claims = 0;
    const { deps, calls } = depsWith({
      findByKey: async ({ kind }) => (kind === 'email' ? known : null),
      claim: async () => {
        claims += 1;
        return claims > 1;
      },
    });
    await upsertVisitor(deps, draftOf([phone, email]));
    const look = ['findByKey', 'findByKey', 'findByKey', 'claim'];
    expect(calls).toEqual([...look, ...look, 'update']);
  });

  it('is refused in the end, after it has waited for longer than a claim holds', async () => {
    const { deps, calls, pauses } = depsWith({ create: async () => null });
    await expect(upsertVisitor(deps, draftOf([]))).rejects.toMatchObject({
      code: 'error-livechat-visitor-registration',
    });
    const waitedMs = pauses.reduce((sum, ms) => sum + ms, 0);
    expect(waitedMs).toBeGreaterThan(6_000);
    expect(waitedMs).toBeLessThan(10_000);
    expect(Math.max(...pauses)).toBeLessThan(1_000);
    expect(calls.filter((call) => call === 'create')).toHaveLength(pauses.length);
  });
});
