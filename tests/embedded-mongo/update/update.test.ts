import { Decimal128, Double, Int32, Long, Timestamp } from 'bson';
import { parseFilter } from '../../../src/embedded-mongo/query/parse-filter.ts';
import { buildUpsert, compileUpdate } from '../../../src/embedded-mongo/update/apply-update.ts';
import { codeOf, doc, double, long, shown, updated } from '../values.ts';

const gives = (document: object, update: object, expected: object, options = {}): void => {
  const result = updated(document, update, options);
  expect(shown(result)).toEqual(shown(doc(expected)));
  expect(Object.keys(result)).toEqual(Object.keys(expected));
};

const modified = (document: object, update: object): boolean =>
  compileUpdate(doc(update)).apply(doc(document), { now: new Date(0) }).modified;

const upserted = (filter: object, update: object): object =>
  buildUpsert(parseFilter(doc(filter)), compileUpdate(doc(update)), { now: new Date(0) });

describe('fields', () => {
  it('keeps the positions of fields and appends new ones in lexicographic order', () => {
    gives(
      { _id: 1, z: 1, b: 1 },
      { $set: { y: 1, b: 2, a: 1, 'n.10': 1, 'n.9': 2 } },
      { _id: 1, z: 1, b: 2, a: 1, n: { 9: 2, 10: 1 }, y: 1 },
    );
  });

  it('does not count an update that changes nothing, but counts a change of type', () => {
    expect(modified({ _id: 1, a: 1 }, { $set: { a: 1 } })).toBe(false);
    expect(modified({ _id: 1, a: 1 }, { $set: { a: double(1) } })).toBe(true);
    expect(modified({ _id: 1, a: { b: 1, c: 1 } }, { $set: { a: { c: 1, b: 1 } } })).toBe(true);
    expect(modified({ _id: 1, a: 1 }, { $unset: { b: 1 }, $max: { a: 0 } })).toBe(false);
    expect(modified({ _id: 1, a: 1 }, { $inc: { a: 0 } })).toBe(false);
  });

  it('never changes the given document', () => {
    const before = doc({ _id: 1, a: { b: [1, { c: 1 }] } });
    const text = JSON.stringify(before);
    compileUpdate(doc({ $set: { 'a.b.1.c': 2 }, $push: { 'a.d': 1 } })).apply(before, { now: new Date(0) });
    expect(JSON.stringify(before)).toBe(text);
  });

  it('treats names from the prototype as data', () => {
    const update = doc({ $set: JSON.parse('{"__proto__.x": 1, "constructor": 2}') as object });
    const { document } = compileUpdate(update).apply(doc({ _id: 1 }), { now: new Date(0) });
    expect(Object.keys(document)).toEqual(['_id', '__proto__', 'constructor']);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('sets the current date and timestamp', () => {
    const now = new Date(1_700_000_000_123);
    const result = updated({ _id: 1 }, { $currentDate: { a: true, b: { $type: 'timestamp' } } }, { now });
    expect(result.a).toEqual(now);
    expect(result.b).toEqual(new Timestamp({ t: 1_700_000_000, i: 1 }));
  });
});

describe('numbers', () => {
  it('widens as MongoDB does', () => {
    expect(updated({ a: 2147483647 }, { $inc: { a: 1 } }).a).toEqual(Long.fromNumber(2147483648));
    expect(updated({ a: 2 }, { $mul: { a: long(3) } }).a).toEqual(Long.fromNumber(6));
    expect(updated({ a: long(3) }, { $inc: { a: double(0.5) } }).a).toEqual(new Double(3.5));
    expect(String(updated({ a: 3 }, { $inc: { a: Decimal128.fromString('0.10') } }).a)).toBe('3.10');
    expect(updated({}, { $mul: { a: 5 } }).a).toEqual(new Int32(0));
  });

  it('keeps every digit of a Long', () => {
    expect(String(updated({ a: long(9007199254740993n) }, { $inc: { a: 2 } }).a)).toBe('9007199254740995');
  });

  it('refuses overflows and non-numbers', () => {
    expect(codeOf(() => updated({ a: long(2n ** 63n - 1n) }, { $inc: { a: 1 } }))).toBe(2);
    expect(codeOf(() => updated({ a: 'x' }, { $inc: { a: 1 } }))).toBe(14);
    expect(codeOf(() => updated({ a: 1 }, { $mul: { a: 'x' } }))).toBe(14);
  });

  it('combines the bits of integers', () => {
    expect(updated({ a: 13 }, { $bit: { a: { and: 10 } } }).a).toEqual(new Int32(8));
    expect(updated({ a: 1 }, { $bit: { a: { or: long(2) } } }).a).toEqual(Long.fromNumber(3));
    expect(codeOf(() => updated({ a: double(1) }, { $bit: { a: { xor: 1 } } }))).toBe(2);
  });
});

describe('arrays', () => {
  it('pushes at a position, then sorts, then slices', () => {
    gives(
      { a: [5, 1] },
      { $push: { a: { $each: [3, 4], $position: 1, $sort: -1, $slice: 3 } } },
      { a: [5, 4, 3] },
    );
    gives(
      { a: [{ k: 2 }] },
      { $push: { a: { $each: [{ k: 1 }, { k: 3 }], $sort: { k: 1 }, $slice: -2 } } },
      { a: [{ k: 2 }, { k: 3 }] },
    );
  });

  it('adds to a set what equals no element, comparing numbers by value', () => {
    gives({ a: [1] }, { $addToSet: { a: { $each: [double(1), 2, 2] } } }, { a: [1, 2] });
  });

  it('pulls by value, by condition and by filter', () => {
    gives({ a: [1, 5, 8] }, { $pull: { a: { $gt: 4 } } }, { a: [1] });
    gives(
      { a: [{ k: 1, v: 2 }, { k: 1, v: 3 }, 7] },
      { $pull: { a: { k: 1, v: { $gte: 3 } } } },
      { a: [{ k: 1, v: 2 }, 7] },
    );
    gives({ a: [[1, 2], 1] }, { $pull: { a: [1, 2] } }, { a: [1] });
  });

  it('leaves null when an element is unset, and pads with nulls after the end', () => {
    gives({ a: [1, 2] }, { $unset: { 'a.0': 1 } }, { a: [null, 2] });
    gives({ a: [1] }, { $set: { 'a.3': 4 } }, { a: [1, null, null, 4] });
  });

  it('changes the matched, all, or the filtered elements', () => {
    gives({ a: [1, 2, 3] }, { $inc: { 'a.$': 10 } }, { a: [1, 12, 3] }, { matchedIndex: 1 });
    gives(
      { a: [{ b: [1, 2] }, { b: [] }] },
      { $inc: { 'a.$[].b.$[x]': 5 } },
      { a: [{ b: [1, 7] }, { b: [] }] },
      { arrayFilters: [doc({ x: { $gt: 1 } })] },
    );
    gives(
      { a: [{ k: 1 }, { k: 2 }] },
      { $set: { 'a.$[e].v': 'x' } },
      { a: [{ k: 1 }, { k: 2, v: 'x' }] },
      { arrayFilters: [doc({ 'e.k': 2 })] },
    );
  });
});

describe('failure cases', () => {
  it.each([
    [{ $set: { 'a.b': 1, a: 2 } }, 40],
    [{ $set: { a: 1 }, $unset: { 'a.b': 1 } }, 40],
    [{ $rename: { a: 'b' }, $set: { b: 1 } }, 40],
    [{ $set: { _id: 2 } }, 66],
    [{ $unset: { _id: 1 } }, 66],
    [{ _id: 2, a: 1 }, 66],
    [{ $set: { 's.x': 1 } }, 28],
    [{ $set: { 'arr.x': 1 } }, 28],
    [{ $set: { 'a.$x': 1 } }, 52],
    [{ $set: { 'a..b': 1 } }, 56],
    [{ $set: { 'arr.$': 1 } }, 2],
    [{ $set: { 'nosuch.$[]': 1 } }, 2],
    [{ $rename: { 'arr.0': 'x' } }, 2],
    [{ $set: { a: 1 }, b: 2 }, 9],
    [{ $set: { 'arr.9999999': 1 } }, 2],
    [{ $push: { arr: { $each: [1], $nosuch: 1 } } }, 2],
    [[{ $match: {} }], 72],
    [[{ $nosuch: {} }], 40324],
    [[{ $set: { _id: 5 } }], 66],
  ])('refuses %j with %i', (update, code) => {
    expect(codeOf(() => updated({ _id: 1, s: 'x', arr: [1] }, update))).toBe(code);
  });

  it('refuses an endlessly deep path instead of overflowing the stack', () => {
    const path = `a${'.a'.repeat(50_000)}`;
    expect(codeOf(() => updated({ _id: 1 }, { $set: { [path]: 1 } }))).toBe(15);
    expect(codeOf(() => updated({ _id: 1 }, [{ $set: { [path]: 1 } }]))).toBe(15);
  });

  it('refuses array filters that are unused, missing, duplicate or ambiguous', () => {
    const run = (update: object, ...arrayFilters: object[]): number | undefined =>
      codeOf(() => compileUpdate(doc(update), { arrayFilters: arrayFilters.map(doc) }));
    expect(run({ $set: { a: 1 } }, { x: 1 })).toBe(9);
    expect(run({ $set: { 'a.$[x]': 1 } })).toBe(2);
    expect(run({ $set: { 'a.$[x]': 1 } }, { x: 1 }, { 'x.y': 1 })).toBe(9);
    expect(run({ $set: { 'a.$[x]': 1 } }, { x: 1, y: 1 })).toBe(9);
    expect(run({ $set: { 'a.$[X]': 1 } }, { X: 1 })).toBe(2);
  });
});

describe('pipelines', () => {
  it('sets, removes and replaces by expressions, keeping _id', () => {
    gives({ _id: 1, a: 2, b: 3 }, [{ $set: { c: { $add: ['$a', '$b'] } } }, { $unset: 'b' }], {
      _id: 1,
      a: 2,
      c: 5,
    });
    gives({ _id: 1, a: { x: 1 } }, [{ $replaceWith: '$a' }], { _id: 1, x: 1 });
  });
});

describe('upserts', () => {
  it('begin with what the filter determines', () => {
    expect(
      shown(
        upserted({ _id: 9, 'a.b': 1, c: { $gt: 5 }, $and: [{ d: { $eq: 2 } }] }, { $setOnInsert: { e: 3 } }),
      ),
    ).toEqual(shown(doc({ _id: 9, a: { b: 1 }, d: 2, e: 3 })));
    expect(shown(upserted({ a: { $in: [1] }, b: { $in: [1, 2] }, _id: 1 }, { $set: { c: 1 } }))).toEqual(
      shown(doc({ _id: 1, a: 1, c: 1 })),
    );
  });

  it("use only _id from a replacement's filter", () => {
    expect(shown(upserted({ _id: 9, a: 1 }, { b: 2 }))).toEqual(shown(doc({ _id: 9, b: 2 })));
  });

  it('generate an _id and put it first', () => {
    expect(Object.keys(upserted({ z: 1 }, { $set: { a: 1 } }))).toEqual(['_id', 'z', 'a']);
  });

  it('refuse what the filter determines twice, or conflicting _ids', () => {
    expect(codeOf(() => upserted({ a: 1, $and: [{ a: 2 }] }, { $set: { b: 1 } }))).toBe(54);
    expect(codeOf(() => upserted({ a: { b: 1 }, 'a.b': 1 }, { $set: { b: 1 } }))).toBe(54);
    expect(codeOf(() => upserted({ _id: 1 }, { $set: { _id: 2 } }))).toBe(66);
    expect(codeOf(() => upserted({}, { $set: { _id: [1] } }))).toBe(53);
  });
});
