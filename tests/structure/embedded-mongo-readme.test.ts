// The README's table of what the embedded database supports matches the code.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { accumulatorNames } from '../../src/embedded-mongo/aggregate/accumulators.ts';
import { operators } from '../../src/embedded-mongo/aggregate/operators.ts';
import { missingStages, stageParsers } from '../../src/embedded-mongo/aggregate/stages.ts';
import { commandNames } from '../../src/embedded-mongo/commands/registry.ts';
import { parseFilter } from '../../src/embedded-mongo/query/parse-filter.ts';
import { predicateParsers } from '../../src/embedded-mongo/query/parse-predicate.ts';
import { updateOperators } from '../../src/embedded-mongo/update/parse-operators.ts';
import { doc } from '../embedded-mongo/values.ts';

const readme = readFileSync(path.resolve('src/embedded-mongo/README.md'), 'utf8');

/** The names in a row of the table, sorted. */
function namesIn(row: string): string[] {
  const line = readme.split('\n').find((each) => each.startsWith(`| ${row} `)) ?? '';
  return [...line.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name).sort();
}

it.each<[string, Iterable<string>]>([
  ['commands', commandNames],
  ['filters on a value', predicateParsers.keys()],
  ['updates', updateOperators],
  ['stages', [...stageParsers.keys()].filter((name) => !missingStages.includes(name))],
  ['accumulators', accumulatorNames],
  ['expressions', operators.keys()],
  ['stages that are refused', missingStages],
])('%s', (row, names) => {
  expect(namesIn(row)).toEqual([...names].sort());
});

it('filters', () => {
  const samples: Record<string, unknown> = { $comment: 'x', $expr: true, $alwaysTrue: 1, $alwaysFalse: 1 };
  const known = [
    '$text',
    '$where',
    '$jsonSchema',
    '$sampleRate',
    '$and',
    '$or',
    '$nor',
    ...Object.keys(samples),
  ];
  const served = known.filter((name) => {
    try {
      parseFilter(doc({ [name]: samples[name] ?? [{ a: 1 }] }));
      return true;
    } catch {
      return false;
    }
  });
  expect(namesIn('filters')).toEqual(served.sort());
});

it('every folder', () => {
  const entries = readdirSync(path.resolve('src/embedded-mongo'), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  for (const folder of folders) expect(readme).toContain(`\`${folder}\``);
});
