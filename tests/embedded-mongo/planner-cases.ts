// Documents, indexes and queries that meet in as many ways as possible: few values of many types, so that equal keys,
// missing fields and multikey entries are common, in arrays inside of arrays and of documents, asked for through them.
import fc from 'fast-check';
import { type Document, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'mongodb';

const scalars: unknown[] = [
  null,
  true,
  false,
  new Int32(1),
  new Int32(2),
  new Double(2.5),
  new Double(Number.NaN),
  Long.fromString('9007199254740993'),
  'a',
  'ab',
  'b',
  '',
  new Date(0),
  new Date(1),
  new ObjectId('000000000000000000000001'),
  new Timestamp({ t: 1, i: 1 }),
  new MinKey(),
  new MaxKey(),
  /^a/,
];
const small = fc.nat(3).map((n) => new Int32(n));
// Numbers are the most frequent, so that ranges meet arrays with elements on both sides of them.
const scalar = fc.oneof(
  { weight: 2, arbitrary: small },
  { weight: 1, arbitrary: fc.constantFrom(...scalars) },
);

/** Values of a few levels, in which both documents and arrays stand in arrays. */
const { value } = fc.letrec<{ value: unknown; array: unknown; document: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 3, arbitrary: scalar },
    { weight: 3, arbitrary: tie('array') },
    { weight: 2, arbitrary: tie('document') },
  ),
  array: fc.array(fc.oneof({ maxDepth: 4 }, small, tie('document'), tie('value')), { maxLength: 3 }),
  document: fc.record({ c: tie('value'), d: tie('value') }, { requiredKeys: [] }),
}));
const documents = fc.array(fc.record({ a: value, b: value, e: scalar }, { requiredKeys: [] }), {
  minLength: 5,
  maxLength: 25,
});

const operand = scalar.filter((each) => !(each instanceof RegExp));
/** Arrays satisfy its two ends with different elements. */
const between = fc.record({ $gt: small, $lt: small });
/** What one element must be; beside a second predicate, both ask the same element. */
const comparison = fc.oneof(
  fc.record({ $gte: operand, $lte: operand }, { requiredKeys: ['$gte'] }),
  between,
  fc.record({ $in: fc.array(scalar, { maxLength: 2 }) }),
  fc.record({ $ne: small }),
  fc.record({ $eq: operand }),
);
const innerPath = fc.constantFrom('c', 'd', 'c.c', 'c.d', '0', '1', '0.c', 'c.0');

const { predicate } = fc.letrec<{ predicate: unknown; elements: unknown }>((tie) => ({
  predicate: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: between },
    { weight: 3, arbitrary: scalar },
    fc.record({ $eq: fc.oneof(operand, fc.array(operand, { maxLength: 2 })) }),
    fc
      .record({ $gt: operand, $lt: operand }, { requiredKeys: [] })
      .filter((each) => Object.keys(each).length > 0),
    fc.record({ $gte: fc.oneof(operand, fc.array(small, { maxLength: 1 })) }),
    fc.record({ $lte: operand }),
    fc.record({ $ne: operand }),
    fc.record({ $in: fc.array(fc.oneof(scalar, fc.array(small, { maxLength: 1 })), { maxLength: 4 }) }),
    fc.record({ $nin: fc.array(operand, { maxLength: 3 }) }),
    fc.record({ $exists: fc.boolean() }),
    fc.record({ $not: fc.record({ $gt: operand }) }),
    fc.record({ $type: fc.constantFrom('string', 'number', 'null', 'array', 'object', 'date') }),
    fc.record({ $size: fc.nat(2) }),
    fc.record({ $all: fc.array(operand, { minLength: 1, maxLength: 2 }) }),
    { weight: 4, arbitrary: tie('elements') },
  ),
  elements: fc.oneof(
    { maxDepth: 3 },
    fc.record({ $elemMatch: comparison }),
    fc.record({ $elemMatch: fc.dictionary(innerPath, tie('predicate'), { minKeys: 1, maxKeys: 2 }) }),
    fc.record({ $elemMatch: tie('elements') }),
    fc
      .record({ $all: fc.array(tie('elements'), { minLength: 1, maxLength: 2 }) })
      .filter(({ $all }) => $all.every((each) => Object.hasOwn(each as object, '$elemMatch'))),
  ),
}));

const paths = ['a', 'b', 'e', 'a.c', 'a.d', 'b.c', 'a.c.c', 'a.c.d', 'a.0', 'a.0.c', 'a.c.0', 'a.d.c'];
const path = fc.constantFrom(...paths);
const clause = fc.dictionary(path, predicate, { minKeys: 1, maxKeys: 2 });
const filter: fc.Arbitrary<Document> = fc.oneof(
  { weight: 4, arbitrary: clause },
  { weight: 1, arbitrary: fc.record({ $or: fc.array(clause, { minLength: 1, maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ $and: fc.array(clause, { minLength: 1, maxLength: 2 }) }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(clause, fc.array(clause, { minLength: 2, maxLength: 2 }))
      .map(([both, either]) => ({ ...both, $or: either })),
  },
);

const direction = fc.constantFrom(1, -1);
/** Fields below one array come together more often than chance would have it. */
const indexKey = fc.oneof(
  fc.dictionary(path, direction, { minKeys: 1, maxKeys: 3 }),
  fc.dictionary(fc.constantFrom('a.c', 'a.d', 'a.c.c', 'a.c.d', 'e'), direction, { minKeys: 2, maxKeys: 3 }),
);
const partialFilter = fc.constantFrom(
  { e: { $exists: true } },
  { e: { $gt: 1 } },
  { b: { $type: 'string' } },
  { a: { $in: ['a', 1] } },
  { 'a.c': { $gte: 1 } },
);
const index = fc.oneof(
  { weight: 4, arbitrary: fc.record({ key: indexKey }) },
  { weight: 1, arbitrary: fc.record({ key: indexKey, sparse: fc.constant(true) }) },
  { weight: 1, arbitrary: fc.record({ key: indexKey, unique: fc.constant(true) }) },
  { weight: 1, arbitrary: fc.record({ key: indexKey, partialFilterExpression: partialFilter }) },
);
const sort = fc.dictionary(fc.constantFrom('a', 'b', 'e', 'a.c'), direction, { minKeys: 1, maxKeys: 2 });

/** Gives one of so many choices after another. */
type Choose = (count: number) => number;

const isPlain = (each: unknown): each is Document =>
  typeof each === 'object' && each !== null && [null, Object.prototype].includes(Object.getPrototypeOf(each));

function conditionOn(each: unknown, choose: Choose): Document {
  if (each instanceof RegExp) return { $eq: each };
  return [{ $eq: each }, { $gte: each }, { $lte: each }, { $in: [each, 'x'] }, { $ne: 'x' }][choose(5)] ?? {};
}

/** What an element of an array is, as `$elemMatch` asks it. */
function elementCondition(element: unknown, choose: Choose): Document {
  if (isPlain(element) && Object.keys(element).length > 0) {
    const conditions = [conditionBelow(element, choose), conditionBelow(element, choose)];
    return Object.fromEntries(conditions.slice(choose(2)).filter(([path]) => path !== ''));
  }
  if (Array.isArray(element) && choose(2) === 0) return { $elemMatch: elementCondition(element[0], choose) };
  return conditionOn(element, choose);
}

/** A path from a value down to something in it, and what is true of that. */
function conditionBelow(start: unknown, choose: Choose): [string, Document] {
  if (Array.isArray(start) && start.length > 0) {
    const at = choose(start.length);
    const way = choose(4);
    if (way < 2) return ['', { $elemMatch: elementCondition(start[at], choose) }];
    const [path, condition] = conditionBelow(start[at], choose);
    return [way === 2 ? [at, path].filter((part) => part !== '').join('.') : path, condition];
  }
  if (isPlain(start) && Object.keys(start).length > 0) {
    const names = Object.keys(start);
    const name = names[choose(names.length)] ?? '';
    const [path, condition] = conditionBelow(start[name], choose);
    return [path === '' ? name : `${name}.${path}`, condition];
  }
  return ['', conditionOn(start, choose)];
}

/** A filter that asks for what stands in one of the documents, deep inside. Most of them match it. */
function filterFor(given: readonly Document[], choices: readonly number[]): Document {
  let at = 0;
  const choose: Choose = (count) => {
    at += 1;
    return (choices[at % choices.length] ?? 0) % count;
  };
  const document = given[choose(given.length)] ?? {};
  const conditions = Array.from({ length: 1 + choose(3) }, () => conditionBelow(document, choose));
  return Object.fromEntries(conditions.filter(([found]) => found !== ''));
}

/** Documents, the indexes of their collection and what is asked of it. */
export interface Case {
  documents: Document[];
  indexes: Document[];
  queries: { filter: Document; sort: Record<string, 1 | -1> }[];
  /** Whether some documents are there before the indexes: these are left out if the documents do not allow them. */
  isLate: boolean;
}

/** The paths that a filter asks about, those of elements behind the array's own. */
function pathsOf(given: Document, prefix = ''): string[] {
  return Object.entries(given).flatMap(([name, condition]: [string, unknown]) => {
    if (name.startsWith('$')) return [];
    const inner: unknown = isPlain(condition) ? condition.$elemMatch : undefined;
    const below = isPlain(inner) ? pathsOf(inner, `${prefix}${name}.`) : [];
    return [...(below.length > 0 ? [] : [prefix + name]), ...below];
  });
}

/** An index on what a filter asks about. */
function indexFor(given: Document): Document[] {
  const names = pathsOf(given).slice(0, 3);
  return names.length === 0
    ? []
    : [{ key: Object.fromEntries(names.map((name, i) => [name, i === 1 ? -1 : 1])) }];
}

const sorts = sort as fc.Arbitrary<Record<string, 1 | -1>>;
const choices = fc.array(fc.nat(59), { minLength: 30, maxLength: 30 });

export const cases: fc.Arbitrary<Case> = fc
  .record({
    documents: documents as fc.Arbitrary<Document[]>,
    given: fc.array(index, { minLength: 1, maxLength: 2 }) as fc.Arbitrary<Document[]>,
    asked: fc.array(fc.record({ filter, sort: sorts }), { minLength: 5, maxLength: 15 }),
    found: fc.array(fc.record({ choices, sort: sorts }), { minLength: 5, maxLength: 15 }),
    isLate: fc.boolean(),
  })
  .map(({ documents, given, asked, found, isLate }) => {
    const meant = found.map(({ choices, sort }) => ({ filter: filterFor(documents, choices), sort }));
    const indexes = [...given, ...meant.slice(0, 3).flatMap(({ filter }) => indexFor(filter))];
    return { documents, indexes, isLate, queries: [...asked, ...meant] };
  });
