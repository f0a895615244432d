import { BSONRegExp, Decimal128, MaxKey, MinKey } from 'bson';
import { compileFilter } from '../../../src/embedded-mongo/query/matcher.ts';
import { parseFilter } from '../../../src/embedded-mongo/query/parse-filter.ts';
import { codeOf, doc, double, int, long, matches } from '../values.ts';

describe('equality', () => {
  it('finds numbers of every type by their exact value', () => {
    expect(matches({ a: long(1) }, { a: double(1) })).toBe(true);
    expect(matches({ a: Decimal128.fromString('1.0') }, { a: int(1) })).toBe(true);
    expect(matches({ a: long(9007199254740993n) }, { a: double(9007199254740992) })).toBe(false);
    expect(matches({ a: Decimal128.fromString('0.1') }, { a: double(0.1) })).toBe(false);
  });

  it('distinguishes embedded documents by the order of their fields', () => {
    expect(matches({ a: { b: 1, c: 2 } }, { a: { b: 1, c: 2 } })).toBe(true);
    expect(matches({ a: { b: 1, c: 2 } }, { a: { c: 2, b: 1 } })).toBe(false);
  });

  it('finds null and missing fields by null, but no scalar elements on the way', () => {
    expect(matches({ 'a.b': null }, {})).toBe(true);
    expect(matches({ 'a.b': null }, { a: 5 })).toBe(true);
    expect(matches({ 'a.b': null }, { a: [1, 2] })).toBe(false);
    expect(matches({ 'a.b': null }, { a: [{ b: 1 }, { c: 1 }] })).toBe(true);
  });

  it('treats names from the prototype as data', () => {
    expect(matches({ constructor: 1 }, {})).toBe(false);
    expect(matches({ 'a.constructor': { $exists: true } }, { a: {} })).toBe(false);
    expect(matches({ toString: 2 }, { toString: 2 })).toBe(true);
    const hidden = doc(JSON.parse('{"__proto__": {"x": 1}}') as object);
    expect(compileFilter(parseFilter(doc({ x: 1 }))).matches(hidden)).toBe(false);
  });
});

describe('ordering', () => {
  it('stays within the type of the operand', () => {
    expect(matches({ a: { $gt: 1 } }, { a: 'x' })).toBe(false);
    expect(matches({ a: { $lt: new Date(5) } }, { a: 1 })).toBe(false);
    expect(matches({ a: { $lt: new MaxKey() } }, { a: 'x' })).toBe(true);
    expect(matches({ a: { $gt: new MinKey() } }, { a: 'x' })).toBe(true);
  });

  it('finds NaN only by $gte and $lte of NaN', () => {
    expect(matches({ a: { $gte: double(Number.NaN) } }, { a: double(Number.NaN) })).toBe(true);
    expect(matches({ a: { $lt: 5 } }, { a: double(Number.NaN) })).toBe(false);
    expect(matches({ a: { $gt: double(Number.NaN) } }, { a: 5 })).toBe(false);
  });

  it('orders strings by UTF-8 bytes, not by UTF-16 units', () => {
    expect(matches({ a: { $gt: '\uffee' } }, { a: '\u{1f600}' })).toBe(true);
  });
});

describe('arrays', () => {
  it('enters arrays by element and by number', () => {
    expect(matches({ 'a.b': 2 }, { a: [{ b: 1 }, { b: 2 }] })).toBe(true);
    expect(matches({ 'a.1.b': 2 }, { a: [{ b: 1 }, { b: 2 }] })).toBe(true);
    expect(matches({ 'a.0.b': 2 }, { a: [{ b: 1 }, { b: 2 }] })).toBe(false);
    expect(matches({ 'a.0': 1 }, { a: [[1, 2], 3] })).toBe(false);
  });

  it('requires one element to meet all conditions of $elemMatch', () => {
    expect(matches({ a: { $gt: 3, $lt: 5 } }, { a: [1, 9] })).toBe(true);
    expect(matches({ a: { $elemMatch: { $gt: 3, $lt: 5 } } }, { a: [1, 9] })).toBe(false);
    expect(matches({ a: { $elemMatch: { b: 1, c: 2 } } }, { a: [{ b: 1 }, { c: 2 }] })).toBe(false);
    expect(
      matches(
        { a: { $all: [{ $elemMatch: { b: 1 } }, { $elemMatch: { c: 2 } }] } },
        { a: [{ b: 1 }, { c: 2 }] },
      ),
    ).toBe(true);
  });

  it('negates the whole, not each element', () => {
    expect(matches({ a: { $ne: 1 } }, { a: [1, 2] })).toBe(false);
    expect(matches({ a: { $nin: [3] } }, { a: [1, 2] })).toBe(true);
    expect(matches({ a: { $not: { $size: 2 } } }, { a: [1, 2] })).toBe(false);
  });

  it('records the outermost position for the positional operator', () => {
    const matcher = compileFilter(parseFilter(doc({ 'a.b': 7 })));
    expect(matcher.matchedIndex(doc({ a: [{ b: [1] }, { b: [5, 6, 7] }] }))).toBe(1);
    expect(matcher.matchedIndex(doc({ a: { b: 7 } }))).toBeUndefined();
  });
});

describe('other operators', () => {
  it('finds by $mod, $bits, $type and $size', () => {
    expect(matches({ a: { $mod: [4, -1] } }, { a: -5 })).toBe(true);
    expect(matches({ a: { $bitsAllSet: [0, 2] } }, { a: 5 })).toBe(true);
    expect(matches({ a: { $bitsAnyClear: 6 } }, { a: 6 })).toBe(false);
    expect(matches({ a: { $bitsAllSet: [63] } }, { a: -1 })).toBe(true);
    expect(matches({ a: { $type: 'number' } }, { a: ['x', long(1)] })).toBe(true);
    expect(matches({ a: { $type: 'undefined' } }, {})).toBe(false);
  });

  it('finds a stored regular expression by itself', () => {
    expect(matches({ a: { $eq: new BSONRegExp('^b', 'i') } }, { a: new BSONRegExp('^b', 'i') })).toBe(true);
    expect(matches({ a: { $eq: new BSONRegExp('^b', '') } }, { a: 'b' })).toBe(false);
    expect(matches({ a: { $in: [new BSONRegExp('^b', ''), 5] } }, { a: 'bc' })).toBe(true);
  });

  it('evaluates expressions in $expr', () => {
    expect(matches({ $expr: { $gt: ['$a', '$b'] } }, { a: 2, b: 1 })).toBe(true);
    expect(matches({ $expr: { $eq: ['$a', null] } }, {})).toBe(false);
    expect(matches({ $expr: { $lt: ['$a', '$$NOW'] } }, { a: new Date(0) })).toBe(true);
    expect(matches({ $expr: { $gt: ['$a', '$$NOW'] } }, { a: new Date(0) })).toBe(false);
  });
});

describe('failure cases', () => {
  const refused = (filter: object): number | undefined => codeOf(() => parseFilter(doc(filter)));

  it.each([
    [{ $where: 'true' }, 2],
    [{ $jsonSchema: {} }, 2],
    [{ $text: { $search: 'x' } }, 27],
    [{ a: { $near: [1, 2] } }, 291],
    [{ a: { $in: [{ $gt: 1 }] } }, 2],
    [{ a: { $gt: new BSONRegExp('x') } }, 2],
    [{ a: { $eq: 1, b: 2 } }, 2],
    [{ a: { $mod: [0, 1] } }, 2],
    [{ $and: {} }, 2],
    [{ a: { $type: 99 } }, 2],
    [{ a: { $bitsAllSet: -1 } }, 9],
  ])('refuses %j with %i', (filter, code) => {
    expect(refused(filter)).toBe(code);
  });

  it('refuses an endlessly deep filter instead of overflowing the stack', () => {
    let filter: object = { a: 1 };
    for (let i = 0; i < 150; i += 1) filter = { $and: [filter] };
    expect(refused(filter)).toBe(2);
    let not: object = { $gt: 1 };
    for (let i = 0; i < 150; i += 1) not = { $not: not };
    expect(refused({ a: not })).toBe(2);
  });
});
