// Choosing a plan must not take longer than answering without one, whatever the filter looks like.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { createEngine } from '../../src/embedded-mongo/engine.ts';
import { checkIndexSpecification } from '../../src/embedded-mongo/index/index-specification.ts';
import { parseFilter } from '../../src/embedded-mongo/query/parse-filter.ts';
import { Store } from '../../src/embedded-mongo/storage/store.ts';
import { temporaryDirectory } from './test-database.ts';
import { doc } from './values.ts';

const branches = 12;
const anyOf = (field: string) => ({ $or: Array.from({ length: branches }, (_, n) => ({ [field]: n })) });

it('several $ors side by side are tried one by one, not in all combinations', async () => {
  const directory = temporaryDirectory();
  const engine = createEngine(new Store(path.join(directory, 'test.mdb')));
  const fields = ['a', 'b', 'c', 'd'];
  const specs = fields.map((field) => checkIndexSpecification(doc({ key: { [field]: 1 }, name: field })));
  await engine.indexBuilder.create('d.items', specs);
  const collection = engine.catalog.get('d.items');
  if (!collection) throw new Error('there is no collection');
  let attempts = 0;
  const counted = {
    ...collection,
    get indexes() {
      attempts += 1;
      return collection.indexes;
    },
  };
  const filter = parseFilter(doc({ $and: fields.map(anyOf) }));
  const plan = engine.planner.plan(counted, { filter, sort: [], hint: undefined }, { noTableScan: true });
  expect(plan.access.kind).toBe('union');
  expect(attempts).toBeLessThanOrEqual(1 + fields.length * branches);
  await engine.store.close();
  rmSync(directory, { recursive: true, force: true });
});
