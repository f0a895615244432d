import { Int32, Long } from 'bson';
import { parsePipeline } from '../../../src/embedded-mongo/aggregate/pipeline.ts';
import type { Document } from '../../../src/embedded-mongo/bson/types.ts';
import { compileFilter } from '../../../src/embedded-mongo/query/matcher.ts';
import { parseFilter } from '../../../src/embedded-mongo/query/parse-filter.ts';
import { codeOf, doc, double, long, shown, typed, unhurried } from '../values.ts';

const stages = (list: object[]): Document[] => typed(list) as Document[];

/** Runs a pipeline whose head is served as the planner would, by plain JavaScript. */
async function run(
  documents: object[],
  list: object[],
  others: Record<string, object[]> = {},
): Promise<Document[]> {
  const pipeline = parsePipeline([{ $skip: new Int32(0) }, ...stages(list)]);
  const context = {
    now: new Date(0),
    pace: unhurried,
    readCollection: (name: string, filter: Document) => {
      const matcher = compileFilter(parseFilter(filter));
      return (others[name] ?? []).map(doc).filter((document) => matcher.matches(document));
    },
  };
  const given: Document[] = [];
  for await (const document of pipeline.run(documents.map(doc), context)) given.push(document);
  return given;
}

const gives = async (documents: object[], list: object[], expected: object[], others = {}): Promise<void> => {
  expect(shown(await run(documents, list, others))).toEqual(shown(typed(expected)));
};

const evaluated = async (expression: unknown, document: object = {}): Promise<unknown> =>
  (await run([document], [{ $replaceWith: { v: expression } }]))[0]?.v;

describe('the head, which the planner serves', () => {
  it('joins leading matches and takes sort, skip and limit in order', () => {
    const { head } = parsePipeline(
      stages([
        { $match: { a: 1 } },
        { $match: { b: 2 } },
        { $sort: { c: -1 } },
        { $skip: 2 },
        { $limit: 3 },
        { $project: { a: 1 } },
      ]),
    );
    expect(shown(head.filter)).toEqual(shown(doc({ $and: [{ a: 1 }, { b: 2 }] })));
    expect(head.sort).toEqual([{ path: 'c', direction: -1 }]);
    expect([head.skip, head.limit]).toEqual([2, 3]);
  });

  it('leaves expressions, which may use variables, to the pipeline', async () => {
    const list = [{ $match: { a: 1, $expr: { $eq: ['$b', '$$x'] } } }, { $sort: { b: 1 } }];
    const pipeline = parsePipeline(stages(list), doc({ x: 2 }));
    expect(shown(pipeline.head.filter)).toEqual(shown(doc({ a: 1 })));
    expect(pipeline.head.sort).toBeUndefined();
    const context = { now: new Date(0), pace: unhurried, readCollection: () => [] };
    const given: Document[] = [];
    for await (const document of pipeline.run([doc({ a: 1, b: 1 }), doc({ a: 1, b: 2 })], context)) {
      given.push(document);
    }
    expect(shown(given)).toEqual(shown(typed([{ a: 1, b: 2 }])));
  });

  it('stops if the stages are in a different order', () => {
    const { head } = parsePipeline(stages([{ $limit: 3 }, { $skip: 1 }, { $match: { a: 1 } }]));
    expect([head.filter, head.skip, head.limit]).toEqual([{}, 0, 3]);
  });
});

describe('stages', () => {
  it('groups by equal values, and equal numbers together', async () => {
    const given = await run(
      [{ k: 1, v: 1 }, { k: double(1), v: double(0.5) }, { k: null, v: 'x' }, { v: long(2) }],
      [
        {
          $group: {
            _id: '$k',
            s: { $sum: '$v' },
            n: { $count: {} },
            f: { $first: '$v' },
            all: { $push: '$v' },
          },
        },
      ],
    );
    expect(shown(given)).toEqual(
      shown(
        typed([
          { _id: 1, s: 1.5, n: 2, f: 1, all: [1, 0.5] },
          { _id: null, s: long(2), n: 2, f: 'x', all: ['x', long(2)] },
        ]),
      ),
    );
  });

  it('unwinds with an index, and preserves documents without elements if asked to', async () => {
    await gives(
      [{ _id: 1, a: [7, 8] }, { _id: 2, a: [] }, { _id: 3 }, { _id: 4, a: 5 }],
      [{ $unwind: { path: '$a', includeArrayIndex: 'i', preserveNullAndEmptyArrays: true } }],
      [
        { _id: 1, a: 7, i: long(0) },
        { _id: 1, a: 8, i: long(1) },
        { _id: 2, i: null },
        { _id: 3, i: null },
        { _id: 4, a: 5, i: null },
      ],
    );
  });

  it('looks up by fields, by pipeline with variables, and by both', async () => {
    const d = [{ _id: 1, p: 1 }, { _id: 2, p: [1, 2] }, { _id: 3 }];
    await gives(
      [{ a: [2] }],
      [{ $lookup: { from: 'd', localField: 'a', foreignField: 'p', as: 'j' } }],
      [{ a: [2], j: [{ _id: 2, p: [1, 2] }] }],
      { d },
    );
    await gives(
      [{ a: 'x' }, {}],
      [{ $lookup: { from: 'd', localField: 'a', foreignField: 'p', as: 'j' } }],
      [{ a: 'x', j: [] }, { j: [{ _id: 3 }] }],
      { d },
    );
    const pipeline = [{ $match: { $expr: { $gt: ['$_id', '$$least'] } } }, { $project: { _id: 1 } }];
    await gives(
      [{ a: 1 }],
      [{ $lookup: { from: 'd', let: { least: '$a' }, pipeline, as: 'j' } }],
      [{ a: 1, j: [{ _id: 2 }, { _id: 3 }] }],
      { d },
    );
    await gives(
      [{ a: 1 }],
      [
        {
          $lookup: { from: 'd', localField: 'a', foreignField: 'p', let: { least: '$a' }, pipeline, as: 'j' },
        },
      ],
      [{ a: 1, j: [{ _id: 2 }] }],
      { d },
    );
  });

  it('computes through arrays in $addFields and $project', async () => {
    await gives(
      [{ a: [{ b: 1 }, 5], c: 9 }],
      [{ $set: { 'a.x': '$c' } }],
      [{ a: [{ b: 1, x: 9 }, { x: 9 }], c: 9 }],
    );
    await gives(
      [{ _id: 1, a: [{ b: 1, c: 2 }, 5] }],
      [{ $project: { 'a.b': 1, n: { $size: '$a' } } }],
      [{ _id: 1, a: [{ b: 1 }], n: 2 }],
    );
  });

  it('counts nothing by returning no document', async () => {
    await gives([], [{ $count: 'n' }], []);
  });

  it('reads other collections in $unionWith, and several ways in $facet', async () => {
    await gives(
      [{ a: 1 }],
      [{ $unionWith: { coll: 'd', pipeline: [{ $match: { a: 3 } }] } }],
      [{ a: 1 }, { a: 3 }],
      { d: [{ a: 2 }, { a: 3 }] },
    );
    await gives(
      [{ a: 1 }, { a: 2 }],
      [{ $facet: { n: [{ $count: 'x' }], top: [{ $sort: { a: -1 } }, { $limit: 1 }] } }],
      [{ n: [{ x: 2 }], top: [{ a: 2 }] }],
    );
  });
});

describe('expressions', () => {
  it.each([
    [{ $add: [1, 2147483647] }, long(2147483648)],
    [{ $multiply: [long(4), 2] }, long(8)],
    [{ $divide: [1, 2] }, double(0.5)],
    [{ $subtract: [new Date(5), new Date(2)] }, long(3)],
    [{ $mod: [-5, 3] }, -2],
    [{ $concat: ['a', null] }, null],
    [{ $toLower: 'ÄB' }, 'Äb'],
    [{ $substrCP: ['a\u{1f600}b', 1, 1] }, '\u{1f600}'],
    [{ $ifNull: ['$nosuch', null, 3] }, 3],
    [{ $cond: [{ $gt: ['$nosuch', null] }, 1, 2] }, 2],
    [JSON.parse('{"$switch": {"branches": [{"case": false, "then": 1}], "default": 4}}'), 4],
    [{ $map: { input: [1, 2], as: 'x', in: { $add: ['$$x', 1] } } }, [2, 3]],
    [{ $filter: { input: [1, 2, 3], cond: { $gt: ['$$this', 1] } } }, [2, 3]],
    [{ $reduce: { input: [1, 2, 3], initialValue: 0, in: { $add: ['$$value', '$$this'] } } }, 6],
    [{ $arrayElemAt: [[1, 2], -1] }, 2],
    [{ $setUnion: [[2, 1], [double(1)]] }, [1, 2]],
    [{ $mergeObjects: [{ a: 1, b: 1 }, null, { a: 2 }] }, { a: 2, b: 1 }],
    [{ $arrayToObject: [[{ k: 'a', v: 1 }]] }, { a: 1 }],
    [
      { $dateToString: { date: new Date(0), format: '%G-W%V-%u %H:%M:%S.%L %j%%' } },
      '1970-W01-4 00:00:00.000 001%',
    ],
    [{ $dayOfWeek: new Date(0) }, 5],
    [{ $type: '$nosuch' }, 'missing'],
    [{ $literal: '$a' }, '$a'],
    [{ $let: { vars: { x: 2 }, in: { $multiply: ['$$x', '$$x'] } } }, 4],
    [{ $avg: [1, 'x', 2] }, double(1.5)],
    [{ $cmp: ['a', 1] }, 1],
    [{ $regexMatch: { input: 'Ann', regex: '^a', options: 'i' } }, true],
  ])('%j is %j', async (expression, expected) => {
    expect(shown(await evaluated(expression))).toEqual(shown(typed(expected)));
  });

  it('sums doubles while tracking their rounding errors', async () => {
    const [group] = await run(
      [{ v: 0.1 }, { v: 0.2 }, { v: 0.3 }, { v: double(-0.6) }],
      [{ $group: { _id: null, s: { $sum: '$v' } } }],
    );
    expect(Number(group?.s)).toBeCloseTo(0, 16);
  });

  it('leaves out missing values in documents and turns them into null in lists', async () => {
    expect(shown(await evaluated({ a: '$nosuch', b: ['$nosuch'] }))).toEqual(shown(typed({ b: [null] })));
  });

  it('returns the list of values that the documents in an array have', async () => {
    expect(shown(await evaluated('$a.b', { a: [{ b: 1 }, 5, { c: 1 }, { b: [2] }] }))).toEqual(
      shown(typed([1, [2]])),
    );
  });

  it('has one time for the whole run as $$NOW', async () => {
    expect(await evaluated('$$NOW')).toEqual(new Date(0));
  });

  it('knows Long results by type', async () => {
    expect(await evaluated({ $toLong: 5 })).toBeInstanceOf(Long);
  });
});

describe('failure cases', () => {
  it.each([
    [[{ $out: 'x' }], 238],
    [[{ $match: {}, $sort: { a: 1 } }], 40323],
    [[{ $sort: { a: 2 } }], 15975],
    [[{ $group: { _id: 1, a: { $nosuch: 1 } } }], 15952],
    [[{ $project: { a: 1, b: 0 } }], 31254],
    [[{ $project: { a: 1, 'a.b': 1 } }], 31249],
    [[{ $project: { a: { $nosuch: 1 } } }], 168],
    [[{ $set: { a: '$$nosuch' } }], 17276],
    [[{ $set: { a: { $divide: [1, 2, 3] } } }], 16020],
    [[{ $unwind: 'a' }], 28818],
    [[{ $lookup: { from: 'd', as: 'x' } }], 9],
    [[{ $facet: { a: [{ $facet: { b: [] } }] } }], 40600],
  ])('refuses %j with %i', (list, code) => {
    expect(codeOf(() => parsePipeline(stages(list)))).toBe(code);
  });

  it.each([
    [{ $concat: [1] }, 16702],
    [{ $add: ['x', 1] }, 14],
    [{ $divide: [1, 0] }, 2],
    [{ $size: '$nosuch' }, 17124],
    [{ $toInt: 'x' }, 241],
    [{ $toDate: true }, 241],
    [{ $dateToString: { date: new Date(0), timezone: 'Europe/Berlin', format: '%H' } }, 238],
  ])('fails on %j with %i', async (expression, code) => {
    await expect(evaluated(expression)).rejects.toMatchObject({ code });
  });
});
