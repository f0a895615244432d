// The keys of an index must stand in BSON's order, byte by byte, ascending and inverted.
import {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import fc from 'fast-check';
import { compareValues } from '../../src/embedded-mongo/bson/compare.ts';
import { bytesOfText, readText } from '../../src/embedded-mongo/bson/text.ts';
import type { Value } from '../../src/embedded-mongo/bson/types.ts';
import { fieldsKey, stringKey, valueKey } from '../../src/embedded-mongo/index/key-encoding.ts';

const decimals = [
  '0.1',
  '-0.1',
  '1E400',
  '-1E400',
  '1E-400',
  '9007199254740993',
  '9007199254740992.5',
  'NaN',
  'Infinity',
  '1.0',
  '-0',
];
const longs = [
  '9007199254740993',
  '9007199254740992',
  '-9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
  '1',
];
const number: fc.Arbitrary<Value> = fc.oneof(
  fc.integer().map((value) => new Int32(value)),
  fc.double().map((value) => new Double(value)),
  fc
    .constantFrom(0.1, 1, -1, 2 ** 53, -(2 ** 53), Number.MAX_VALUE, Number.MIN_VALUE)
    .map((value) => new Double(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  fc.constantFrom(...longs).map((text) => Long.fromString(text)),
  fc.constantFrom(...decimals).map((text) => Decimal128.fromString(text)),
  fc
    .tuple(fc.integer(), fc.integer({ min: -30, max: 30 }))
    .map(([n, e]) => Decimal128.fromString(`${n}E${e}`)),
);
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', '\0', 'a\0', 'a\0b', 'a', 'ab', '\u{1f600}', '\uffff'),
);
const scalar: fc.Arbitrary<Value> = fc.oneof(
  number,
  text,
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
  fc.uint8Array({ maxLength: 4 }).map((bytes) => new Binary(bytes)),
  fc.tuple(fc.nat(9), fc.nat(9)).map(([t, i]) => new Timestamp({ t, i })),
  fc.constantFrom(new MinKey(), new MaxKey(), new BSONRegExp('a', 'i'), new BSONRegExp('ab'), new Code('x')),
);
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'ab', ''), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

function expectSameOrder(a: Value, b: Value): void {
  const expected = Math.sign(compareValues(a, b));
  const [left, right] = [valueKey(a), valueKey(b)];
  expect(Math.sign(Buffer.compare(left, right))).toBe(expected);
  const descending = (each: Value): Buffer => fieldsKey([{ direction: -1 }], [each]);
  // With `+ 0` a difference of -0 is one of 0.
  expect(Math.sign(Buffer.compare(descending(a), descending(b)))).toBe(-expected + 0);
}

it('orders keys like values', () => {
  fc.assert(
    fc.property(value, value, (a, b) => expectSameOrder(a, b)),
    { numRuns: 5000 },
  );
});

it('orders numbers of all types by their exact values', () => {
  fc.assert(
    fc.property(number, number, (a, b) => expectSameOrder(a, b)),
    { numRuns: 10_000 },
  );
});

it('has one key for all zeros, and distinguishes numbers that no double can represent', () => {
  const zeros = [new Int32(0), new Double(0), new Double(-0), Long.ZERO, Decimal128.fromString('-0.00')];
  const beyondDoubles = ['-1E402', '-2E401', '-1E401', '-1E400', '1E400', '1E401', '2E401', '1E402'];
  const all = [
    ...zeros,
    ...beyondDoubles.map((each) => Decimal128.fromString(each)),
    new Double(Number.NaN),
    new Double(-Infinity),
    new Double(Infinity),
    new Date(-1),
    new Date(0),
    new Date(1),
    new Date(-8.64e15),
  ];
  for (const a of all) for (const b of all) expectSameOrder(a, b);
});

it('has no key that is a prefix of another, so that fields can be concatenated', () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      const [left, right] = [valueKey(a), valueKey(b)];
      const shared = Math.min(left.length, right.length);
      const isPrefix = left.subarray(0, shared).equals(right.subarray(0, shared));
      expect(isPrefix && !left.equals(right)).toBe(false);
    }),
    { numRuns: 5000 },
  );
});

it('joins the keys of an index, each in its direction', () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      const key = fieldsKey([{ direction: 1 }, { direction: -1 }, { direction: 1 }], [a, b, a]);
      const ofA = valueKey(a);
      const inverted = valueKey(b).map((byte) => 0xff - byte);
      expect(key.equals(Buffer.concat([ofA, inverted, ofA]))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

it('has the same key for a string and for its bytes', () => {
  const arbitrary = fc.oneof(text, fc.string({ minLength: 30, unit: 'grapheme' }));
  const unreadable = readText(Buffer.from([0x61, 0xe9, 0, 0x62]), 0, 4);
  fc.assert(
    fc.property(arbitrary, (each) => expect(stringKey(bytesOfText(each))).toEqual(valueKey(each))),
    { examples: [[unreadable]] },
  );
});

it.each<[Value, string]>([
  [null, '07'],
  [new Date(-8.64e15), '2f7fe14df73d240000'],
  [new Date(-1), '2f7fffffffffffffff'],
  [new Date(0), '2f8000000000000000'],
  [new Date(2 ** 32), '2f8000000100000000'],
  [new Date(8.64e15), '2f801eb208c2dc0000'],
  [[null, new Date(1)], '1b072f800000000000000100'],
])('has the key of %p that data directories contain', (each, key) => {
  expect(valueKey(each).toString('hex')).toBe(key);
});
