import { OverloadedError } from '../../src/domain/errors.ts';
import { BodyBudget, type BodyMemory } from '../../src/http/body-budget.ts';

const kibibyte = 1024;

/** Takes a kilobyte at a time until there is no more. */
function takeAll(memory: BodyMemory): number {
  let taken = 0;
  try {
    for (;;) {
      memory.take(kibibyte);
      taken += kibibyte;
    }
  } catch (error) {
    expect(error).toBeInstanceOf(OverloadedError);
  }
  return taken;
}

describe('the memory for bodies', () => {
  it('is shared: an address may hold a thirty-second of what is free, in however many requests', () => {
    const budget = new BodyBudget(330 * kibibyte);
    expect(takeAll(budget.open('one'))).toBe(10 * kibibyte);
    expect(takeAll(budget.open('one'))).toBe(0);
    expect(takeAll(budget.open('another'))).toBe(9 * kibibyte);
  });

  it('has room for a small request while a hundred addresses hold as much as they may', () => {
    const budget = new BodyBudget();
    let held = 0;
    for (let address = 0; address < 100; address += 1) held += takeAll(budget.open(`address ${address}`));
    expect(held).toBeLessThan(64 * kibibyte * kibibyte);
    expect(() => budget.open('newcomer').take(10 * kibibyte)).not.toThrow();
  });

  it('is given back once', () => {
    const budget = new BodyBudget(330 * kibibyte);
    const [first, second] = [budget.open('one'), budget.open('one')];
    first.take(4 * kibibyte);
    second.take(6 * kibibyte);
    first.release();
    first.release();
    expect(takeAll(budget.open('one'))).toBe(4 * kibibyte);
  });

  it('keeps what it has if it is refused more', () => {
    const budget = new BodyBudget(330 * kibibyte);
    const memory = budget.open('one');
    memory.take(10 * kibibyte);
    expect(() => memory.take(1)).toThrow(OverloadedError);
    memory.release();
    expect(takeAll(budget.open('one'))).toBe(10 * kibibyte);
  });
});
