// Values and filters of every kind, for the properties that hold for all of them.
import { Binary, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId } from 'bson';
import fc from 'fast-check';
import type { Document, Value } from '../../src/embedded-mongo/bson/types.ts';

const names = fc.constantFrom('a', 'b', 'c', '0', '1', '__proto__', 'constructor');

export const scalars: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.string({ unit: 'grapheme', maxLength: 3 }),
  fc.integer({ min: -3, max: 3 }).map((n) => new Int32(n)),
  fc.oneof(fc.double(), fc.constantFrom(-0, 0.5, 1, 2 ** 53, Number.NaN)).map((n) => new Double(n)),
  fc
    .oneof(fc.bigInt({ min: -3n, max: 3n }), fc.constantFrom(2n ** 53n, 2n ** 53n + 1n))
    .map((n) => Long.fromBigInt(n)),
  fc
    .constantFrom('1', '1.0', '0.5', '1E+3', 'NaN', 'Infinity', '9007199254740993')
    .map((s) => Decimal128.fromString(s)),
  fc.date({ noInvalidDate: true }),
  fc.constantFrom('65a000000000000000000001', '65a000000000000000000002').map((s) => new ObjectId(s)),
  fc.uint8Array({ maxLength: 2 }).map((bytes) => new Binary(bytes)),
  fc.constantFrom(new MinKey(), new MaxKey()),
);

export const { value: values } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalars,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(names, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

export const documents: fc.Arbitrary<Document> = fc.record({ a: values, b: values }, { requiredKeys: [] });

/** Operand documents that begin with an operator would be read as one. */
export const predicates: fc.Arbitrary<Document> = fc.oneof(
  values.map((value): Document => ({ $eq: value })),
  values.map((value): Document => ({ $gt: value })),
  values.map((value): Document => ({ $lte: value })),
  fc.array(values, { maxLength: 3 }).map((list): Document => ({ $in: list })),
  fc.constantFrom<Document>({ $exists: true }, { $type: 'number' }, { $size: new Int32(1) }),
);
export const paths = fc.constantFrom('a', 'a.b', 'a.0', 'b.a.1', 'a.constructor');
