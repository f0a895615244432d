// Values of expressions, with their types; through the driver.
import { Decimal128, Double, EJSON, Int32, Long } from 'bson';
import type { Document } from 'mongodb';
import { holding } from '../items.ts';
import { codeOf, startTestDatabase, type TestDatabase } from '../test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.stop());

const decimal = (text: string): Decimal128 => Decimal128.fromString(text);

const stored = {
  _id: 1,
  a: { b: 5, c: [1, 2] },
  b: 7,
  list: [{ b: 1 }, { b: 2 }],
  text: 'grün',
  sunday: new Date('2023-01-01T00:00:00Z'),
  monday: new Date('2024-01-01T10:20:30.456Z'),
};

async function evaluated(expression: unknown): Promise<unknown> {
  const items = await holding(database, [stored]);
  const [document = {}] = await items
    .aggregate([{ $project: { _id: 0, value: expression } }], { promoteValues: false })
    .toArray();
  return document.value;
}

describe('an expression', () => {
  it.each<[unknown, unknown]>([
    [{ $mod: [new Int32(7), new Double(3)] }, new Int32(1)],
    [{ $toDate: '2024-02-29' }, new Date('2024-02-29T00:00:00Z')],
    [{ $toDate: '2024-02-29T12:30:15.5Z' }, new Date('2024-02-29T12:30:15.500Z')],
    [{ $toDate: '2024-02-29 12:30+0100' }, new Date('2024-02-29T11:30:00Z')],
    [{ $mod: [Long.fromNumber(7), new Double(3)] }, Long.fromNumber(1)],
    [{ $mod: [new Int32(7), new Double(2.5)] }, new Double(2)],
    [{ $mod: [new Int32(7), new Double(2 ** 40)] }, new Double(7)],
    [{ $mod: [new Double(7), new Int32(3)] }, new Double(1)],
    [{ $mod: [new Int32(-7), Long.fromNumber(3)] }, Long.fromNumber(-1)],
    [{ $mod: [decimal('7.5'), new Int32(2)] }, decimal('1.5')],
    [{ $divide: [decimal('1'), new Int32(3)] }, decimal('0.3333333333333333333333333333333333')],
    [{ $divide: [decimal('2'), new Int32(3)] }, decimal('0.6666666666666666666666666666666667')],
    [{ $divide: [new Int32(-2), decimal('3')] }, decimal('-0.6666666666666666666666666666666667')],
    [{ $divide: [decimal('10'), new Int32(4)] }, decimal('2.5')],
    [{ $divide: [decimal('100'), new Int32(4)] }, decimal('25')],
    [{ $add: [decimal('1'), new Double(0.1)] }, decimal('1.100000000000000005551115123125783')],
    [{ $subtract: [decimal('1'), new Double(0.1)] }, decimal('0.900000000000000')],
    [{ $multiply: [decimal('2'), new Double(2)] }, decimal('4.00000000000000')],
    [{ $sum: [decimal('1'), new Double(2), new Int32(3)] }, decimal('6')],
    [{ $sum: [decimal('0.1'), Long.MAX_VALUE, new Int32(7)] }, decimal('9223372036854775814.1')],
    [{ $avg: [decimal('1'), new Int32(2)] }, decimal('1.5')],
    [{ $avg: [decimal('1'), new Double(2), 'x'] }, decimal('1.5')],
    [{ $abs: decimal('-1.50') }, decimal('1.50')],
    [{ $ceil: decimal('1.2') }, decimal('2')],
    [{ $ceil: decimal('-1.2') }, decimal('-1')],
    [{ $floor: decimal('-1.2') }, decimal('-2')],
    [{ $floor: decimal('3E+2') }, decimal('3E+2')],
  ])('%j is a number of the right type', async (expression, expected) => {
    expect(EJSON.stringify(await evaluated(expression), { relaxed: false })).toBe(
      EJSON.stringify(expected, { relaxed: false }),
    );
  });

  it.each<[number, string]>([
    [0, '0'],
    [-0, '-0'],
    [1, '1'],
    [-2.5, '-2.5'],
    [100000, '100000'],
    [123456.5, '123456'],
    [123457.5, '123458'],
    [999999.5, '1e+06'],
    [1234567890, '1.23457e+09'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1 / 3, '0.333333'],
    [1e100, '1e+100'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('$toString of the double %d is %s', async (value, expected) => {
    expect(await evaluated({ $toString: new Double(value) })).toBe(expected);
    const bare = { NaN: 'nan', '-Infinity': '-inf' }[expected] ?? expected;
    expect(await evaluated({ $toLower: new Double(value) })).toBe(bare);
  });

  it.each<[unknown, unknown]>([
    [{ $substr: ['hello', 1.2, 2.9] }, 'el'],
    [{ $substr: ['hello', decimal('1.9'), -1] }, 'ello'],
    [{ $substrBytes: ['$text', 0, 2] }, 'gr'],
    [{ $substr: [new Double(1.5), 0, 3] }, '1.5'],
    [
      { $dateToString: { date: '$sunday', format: '%U %b %B %j %w %u %V %G' } },
      '01 Jan January 001 1 7 52 2022',
    ],
    [{ $dateToString: { date: '$monday', format: '%U %b %B' } }, '00 Jan January'],
    [{ $let: { vars: { CURRENT: '$a' }, in: '$b' } }, new Int32(5)],
    [
      { $let: { vars: { CURRENT: '$a', x: '$b' }, in: { $add: ['$b', '$$x', '$$ROOT.b', '$$CURRENT.b'] } } },
      new Int32(24),
    ],
    [{ $let: { vars: { CURRENT: '$list' }, in: '$b' } }, [new Int32(1), new Int32(2)]],
    [{ $let: { vars: { CURRENT: '$b' }, in: '$x' } }, undefined],
    [{ $map: { input: '$list', as: 'CURRENT', in: { $add: ['$b', 10] } } }, [new Int32(11), new Int32(12)]],
    [{ $filter: { input: '$list', as: 'CURRENT', cond: { $eq: ['$b', 2] } } }, [{ b: new Int32(2) }]],
    [{ $week: '$monday' }, new Int32(0)],
  ])('%j is what MongoDB makes of it', async (expression, expected) => {
    expect(await evaluated(expression)).toEqual(expected);
  });

  it.each<[number, unknown]>([
    [34450, { $substrCP: ['hello', 'x', 1] }],
    [34451, { $substrCP: ['hello', 1.2, 1] }],
    [34453, { $substrCP: ['hello', 1, 1.2] }],
    [16034, { $substr: ['hello', 'x', 1] }],
    [16035, { $substr: ['hello', 1, null] }],
    [16610, { $mod: [decimal('1'), 0] }],
    [2, { $divide: [1, decimal('0')] }],
    [9, { $let: { vars: { ROOT: 1 }, in: 1 } }],
    [18536, { $dateToString: { date: '$sunday', format: '%E' } }],
  ])('is refused with %d: %j', async (code, expression) => {
    expect(Number(await codeOf(evaluated(expression)))).toBe(code);
  });
});

/** A branch of $switch. Written as a literal it would look like a promise to the linter. */
const branch = (test: unknown, result: unknown): Document =>
  Object.fromEntries([
    ['case', test],
    ['then', result],
  ]);

describe('a constant part of an expression that fails', () => {
  const $divide = [1, 0];
  it.each<[string, Document[]]>([
    ['where no document is asked', [{ $match: { _id: 9 } }, { $project: { x: { $divide } } }]],
    ['in a branch that is not taken', [{ $project: { x: { $cond: [{ $eq: ['$b', 7] }, 1, { $divide }] } } }]],
    [
      'inside of operators that are evaluated late',
      [{ $set: { x: { $map: { input: [], in: { $divide } } } } }],
    ],
    ['after operands that decide', [{ $project: { x: { $and: [false, { $divide }] } } }]],
    ['after an operand that is not null', [{ $project: { x: { $ifNull: [1, { $divide }] } } }]],
    ['in $match', [{ $match: { $expr: { $and: ['$none', { $divide }] } } }]],
    ['in $group', [{ $match: { _id: 9 } }, { $group: { _id: null, n: { $sum: { $divide } } } }]],
  ])('fails %s', async (_, stages) => {
    const items = await holding(database, [stored]);
    expect(await codeOf(items.aggregate(stages).toArray())).toBe(2);
  });

  it.each<[string, Document, unknown]>([
    ['whose case is never true', { $switch: { branches: [branch(false, { $divide })], default: 1 } }, 1],
    [
      'behind one that is always taken',
      { $switch: { branches: [branch(true, '$b'), branch({ $divide }, { $divide })] } },
      7,
    ],
  ])('does not fail in a branch of $switch %s', async (_, expression, expected) => {
    expect(await evaluated(expression)).toEqual(EJSON.parse(JSON.stringify(expected), { relaxed: false }));
  });

  it('hides no malformed branch of $switch', async () => {
    const items = await holding(database, [stored]);
    const branches = [branch(true, 1), branch(false, { $nope: 1 })];
    expect(await codeOf(items.aggregate([{ $set: { x: { $switch: { branches } } } }]).toArray())).toBe(168);
  });

  it('fails at once in a $switch without any branch that could be taken', async () => {
    const items = await holding(database, [stored]);
    const expression = { $switch: { branches: [branch(false, 1)] } };
    const none = items.aggregate([{ $match: { _id: 9 } }, { $set: { x: expression } }]);
    expect(await codeOf(none.toArray())).toBe(40069);
  });

  it('fails in an update only with a document', async () => {
    const items = await holding(database, [stored]);
    const update = [{ $set: { x: { $cond: [{ $eq: ['$b', 7] }, 1, { $divide }] } } }];
    expect(await items.updateOne({ _id: 9 }, update)).toMatchObject({ matchedCount: 0 });
    expect(await items.updateOne({ _id: 1 }, update)).toMatchObject({ modifiedCount: 1 });
    expect(await codeOf(items.updateOne({ _id: 1 }, [{ $set: { x: { $divide } } }]))).toBe(2);
  });

  it('does not where the operator is evaluated late', async () => {
    const items = await holding(database, [stored]);
    const late = { $map: { input: 5, in: 1 } };
    expect(await items.aggregate([{ $match: { _id: 9 } }, { $set: { x: late } }]).toArray()).toEqual([]);
    expect(await codeOf(items.aggregate([{ $set: { x: late } }]).toArray())).toBe(16883);
  });
});

describe('$inc and $mul', () => {
  it.each<[Document, unknown]>([
    [{ $inc: { a: decimal('0.5') } }, decimal('2.00000000000000')],
    [{ $mul: { a: decimal('2') } }, decimal('3.00000000000000')],
  ])('%j join a Double and a Decimal128', async (update, expected) => {
    const items = await holding(database, [{ _id: 1, a: new Double(1.5) }]);
    await items.updateOne({}, update);
    expect((await items.findOne({}, { promoteValues: false }))?.a).toEqual(expected);
  });
});

describe('$facet', () => {
  const ten = Array.from({ length: 100 }, (_, i) => ({ _id: i, a: i % 3 }));

  it('passes all documents to every pipeline, even after one that ends early', async () => {
    const items = await holding(database, ten);
    const stages = {
      first: [{ $limit: 1 }],
      all: [{ $count: 'n' }],
      none: [{ $match: { a: 9 } }],
      groups: [{ $group: { _id: '$a', n: { $sum: 1 } } }, { $sort: { _id: 1 } }, { $limit: 2 }],
      every: [],
    };
    const [facets = {}] = await items.aggregate([{ $sort: { _id: 1 } }, { $facet: stages }]).toArray();
    expect({ ...facets, every: facets.every.length }).toEqual({
      first: [{ _id: 0, a: 0 }],
      all: [{ n: 100 }],
      none: [],
      groups: [
        { _id: 0, n: 34 },
        { _id: 1, n: 33 },
      ],
      every: 100,
    });
  });

  it('fails if one of its pipelines fails', async () => {
    const items = await holding(database, ten);
    const stages = {
      a: [{ $count: 'n' }],
      b: [{ $project: { n: { $divide: [1, '$a'] } } }],
      c: [{ $limit: 1 }],
    };
    expect(await codeOf(items.aggregate([{ $facet: stages }]).toArray())).toBe(2);
    expect(await items.countDocuments()).toBe(100);
  });

  it('is refused if its pipelines produce more than 100 MB', async () => {
    const items = await holding(database, ten);
    const large = { $project: { text: { $literal: 'x'.repeat(2 ** 19) } } };
    const stages = { a: [large], b: [large, { $count: 'n' }] };
    expect(await codeOf(items.aggregate([{ $facet: stages }]).toArray())).toBe(10334);
    const twice = { a: [large], b: [large] };
    expect(await codeOf(items.aggregate([{ $facet: twice }]).toArray())).toBe(4031700);
  });
});
