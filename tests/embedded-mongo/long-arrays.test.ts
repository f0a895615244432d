// An array may have more elements than a call of a JavaScript function may have arguments.
import { compileExpression } from '../../src/embedded-mongo/aggregate/expression.ts';
import type { Value } from '../../src/embedded-mongo/bson/types.ts';
import { DistinctValues } from '../../src/embedded-mongo/query/distinct.ts';
import { compileUpdate } from '../../src/embedded-mongo/update/apply-update.ts';
import { codeOf } from './values.ts';

const length = 300_000;
const long: Value[] = new Array<Value>(length).fill('x');

it('is appended by $push', () => {
  const update = compileUpdate({ $push: { a: { $each: long } } });
  const { document } = update.apply({ a: ['first'] }, { now: new Date(0) });
  expect(document.a).toHaveLength(length + 1);
});

it('is joined to others by $concatArrays', () => {
  const joined = compileExpression({ $concatArrays: ['$a', ['last']] }).evaluate({ a: long }) as Value[];
  expect([joined.length, joined.at(-1)]).toEqual([length + 1, 'last']);
});

describe('distinct', () => {
  it('takes its elements', () => {
    const values = new DistinctValues('a');
    values.add({ a: long });
    expect(values.list()).toEqual(['x']);
  });

  it('ends where its values no longer fit into one answer', () => {
    const values = new DistinctValues('a');
    const add = (n: number): void => values.add({ a: `${n}`.padEnd(1024 * 1024) });
    for (let n = 0; n < 15; n += 1) add(n);
    add(0);
    expect(values.list()).toHaveLength(15);
    expect(codeOf(() => add(15))).toBe(17217);
  });
});
