// Where an index is searched for a filter, every document that matches must have a key, and where the search is said
// to be exact, no other may. This asks the planner's bounds alone, without storage, so that many more cases are tried.
import { serialize } from 'bson';
import fc from 'fast-check';
import { decode } from '../../src/embedded-mongo/bson/raw.ts';
import type { Document } from '../../src/embedded-mongo/bson/types.ts';
import { defineIndex, type Index } from '../../src/embedded-mongo/index/index-definition.ts';
import { indexKeysOf } from '../../src/embedded-mongo/index/index-keys.ts';
import { checkIndexSpecification } from '../../src/embedded-mongo/index/index-specification.ts';
import { conjunctionOf } from '../../src/embedded-mongo/planner/conjuncts.ts';
import { scanIndex } from '../../src/embedded-mongo/planner/index-scan.ts';
import { compileFilter } from '../../src/embedded-mongo/query/matcher.ts';
import { parseFilter } from '../../src/embedded-mongo/query/parse-filter.ts';
import { indexPrefix } from '../../src/embedded-mongo/storage/layout.ts';
import { cases } from './planner-cases.ts';

/** As the server reads it. */
const typed = (document: object): Document => decode(Buffer.from(serialize(document)));

/** The keys of a document; undefined for one that the index refuses. */
function keysOf(index: Index, document: Document): Buffer[] | undefined {
  try {
    const { keys, arrayPaths } = indexKeysOf(index, document);
    for (const path of arrayPaths) index.arrayPaths.add(path);
    return keys.map(({ key }) => Buffer.concat([indexPrefix(index.id), key]));
  } catch {
    return undefined;
  }
}

interface Indexed {
  readonly index: Index;
  readonly entries: readonly { document: Document; keys: readonly Buffer[] }[];
}

function indexed(specification: Document, documents: readonly Document[]): Indexed {
  const index = defineIndex(1, checkIndexSpecification(typed({ ...specification, name: 'i' })));
  const entries = documents.flatMap((document) => {
    const keys = keysOf(index, document);
    return keys === undefined ? [] : [{ document, keys }];
  });
  return { index, entries };
}

let asked = 0;

/** The documents for which a search of the index answers otherwise than the filter says. */
function wrongAnswers({ index, entries }: Indexed, filter: Document): object[] {
  const node = parseFilter(filter);
  const { matches } = compileFilter(node);
  const { conjuncts, parts } = conjunctionOf(node);
  const scan = scanIndex(index, conjuncts);
  if (scan === undefined) return [];
  asked += 1;
  const isExact = parts.every((part) => scan.satisfied.has(part));
  return entries.flatMap(({ document, keys }) => {
    const isFound = keys.some((key) =>
      scan.ranges.some(({ start, end }) => Buffer.compare(start, key) <= 0 && Buffer.compare(key, end) < 0),
    );
    const isWrong = matches(document) ? !isFound : isFound && isExact;
    return isWrong ? [{ index: index.spec, filter, document, isFound }] : [];
  });
}

it('finds every matching document in every usable index', () => {
  fc.assert(
    fc.property(cases, ({ documents, indexes, queries }) => {
      const stored = documents.map(typed);
      const filters = queries.map(({ filter }) => typed(filter));
      const wrong = indexes.flatMap((specification) => {
        const each = indexed(specification, stored);
        return filters.flatMap((filter) => wrongAnswers(each, filter));
      });
      expect(wrong).toEqual([]);
    }),
    { numRuns: 100 },
  );
  expect(asked).toBeGreaterThan(3000);
}, 120_000);
