import { Binary, BSONRegExp, Decimal128, Double, Int32, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { combine } from '../../../src/embedded-mongo/bson/arithmetic.ts';
import { checkStructure } from '../../../src/embedded-mongo/bson/check-structure.ts';
import { compareValues } from '../../../src/embedded-mongo/bson/compare.ts';
import { encode } from '../../../src/embedded-mongo/bson/raw.ts';
import { parseSort } from '../../../src/embedded-mongo/bson/sort-compare.ts';
import type { Document, NumericValue, Value } from '../../../src/embedded-mongo/bson/types.ts';
import { codeOf, doc, double, long, sortedBy } from '../values.ts';

it('orders the types as BSON does', () => {
  const ordered: Value[] = [
    new MinKey(),
    null,
    double(Number.NaN),
    new Double(Number.NEGATIVE_INFINITY),
    new Int32(-1),
    long(2n ** 53n),
    long(2n ** 53n + 1n),
    Decimal128.fromString('1E+20'),
    '',
    'Z',
    'a',
    {},
    doc({ a: 1 }),
    [],
    [null],
    new Binary(new Uint8Array([1])),
    new Binary(new Uint8Array([0, 0])),
    new ObjectId('65a000000000000000000001'),
    false,
    true,
    new Date(-1),
    new Date(1),
    new Timestamp({ t: 1, i: 1 }),
    new BSONRegExp('a'),
    new MaxKey(),
  ];
  expect([...ordered].reverse().sort(compareValues)).toEqual(ordered);
});

describe('sorting documents', () => {
  const sorted = (specification: object, list: object[]): unknown[] =>
    sortedBy(parseSort(doc(specification)), list.map(doc)).map((document: Document) => Number(document._id));

  it('uses the smallest element ascending and the greatest descending', () => {
    const list = [
      { _id: 1, a: [3, 9] },
      { _id: 2, a: 5 },
      { _id: 3, a: [1, 6] },
    ];
    expect(sorted({ a: 1 }, list)).toEqual([3, 1, 2]);
    expect(sorted({ a: -1 }, list)).toEqual([1, 3, 2]);
  });

  it('puts an empty array before null and missing', () => {
    expect(sorted({ a: 1 }, [{ _id: 1, a: 0 }, { _id: 2 }, { _id: 3, a: [] }, { _id: 4, a: null }])).toEqual([
      3, 2, 4, 1,
    ]);
  });

  it('takes the parts of a compound key from one element', () => {
    const list = [
      {
        _id: 1,
        a: [
          { x: 1, y: 9 },
          { x: 2, y: 1 },
        ],
      },
      { _id: 2, a: [{ x: 1, y: 5 }] },
    ];
    expect(sorted({ 'a.x': 1, 'a.y': 1 }, list)).toEqual([2, 1]);
  });

  it('refuses two parallel arrays', () => {
    expect(codeOf(() => sorted({ a: 1, b: 1 }, [{ _id: 1, a: [1], b: [1] }]))).toBe(2);
  });

  it.each([
    [{ a: 2 }, 15975],
    [{ a: 'x' }, 15974],
    [{ '': 1 }, 40352],
    [{ 'a.': 1 }, 40353],
    [{ $a: 1 }, 16410],
  ])('refuses %j with %i', (specification, code) => {
    expect(codeOf(() => parseSort(doc(specification)))).toBe(code);
  });
});

describe('arithmetic of Decimal128', () => {
  const decimal = (text: string): NumericValue => Decimal128.fromString(text);
  const text = (value: NumericValue | undefined): string => String(value);

  it('keeps the digits that decimals have', () => {
    expect(text(combine('add', decimal('0.10'), decimal('0.2')))).toBe('0.30');
    expect(text(combine('multiply', decimal('1.10'), new Int32(3)))).toBe('3.30');
    expect(text(combine('subtract', long(5), decimal('0.5')))).toBe('4.5');
  });

  it('rounds half to even at 34 digits', () => {
    expect(text(combine('add', decimal('1000000000000000000000000000000000'), decimal('0.5')))).toBe(
      '1000000000000000000000000000000000',
    );
    expect(text(combine('add', decimal('1000000000000000000000000000000001'), decimal('0.5')))).toBe(
      '1000000000000000000000000000000002',
    );
    expect(text(combine('multiply', decimal('9E+6144'), decimal('10')))).toBe('Infinity');
  });
});

it('refuses documents nested too deeply before anything reads them recursively', () => {
  const nested = (levels: number): Document => {
    let document: Document = {};
    for (let i = 1; i < levels; i += 1) document = { a: i % 2 === 0 ? [document] : document, b: 'x' };
    return document;
  };
  expect(codeOf(() => checkStructure(encode(nested(100))))).toBeUndefined();
  expect(codeOf(() => checkStructure(encode(nested(201))))).toBe(15);
  expect(codeOf(() => checkStructure(encode(nested(5)).subarray(0, 20)))).toBe(22);
});
