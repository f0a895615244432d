import { runAbuseBench } from './abuse.ts';
import { runChangeLogBench } from './change-log.ts';
import { runEmbeddedMongoBench } from './embedded-mongo.ts';
import { runGrowthBench } from './growth.ts';
import { runHttpBench } from './http.ts';
import { runMillionBench } from './million.ts';
import { runSearchBench } from './search.ts';
import { runSocketsBench } from './sockets.ts';

const benchmarks: Readonly<Record<string, () => Promise<void>>> = {
  abuse: runAbuseBench,
  'change-log': runChangeLogBench,
  'embedded-mongo': runEmbeddedMongoBench,
  growth: runGrowthBench,
  http: runHttpBench,
  million: runMillionBench,
  search: runSearchBench,
  sockets: runSocketsBench,
};

/** Those with a million visitors take up to an hour, so that they only run if they are named. */
const large = new Set(['growth', 'million']);
const usual = Object.keys(benchmarks).filter((name) => !large.has(name));

// What begins with `--` concerns a benchmark.
const named = process.argv.slice(2).filter((each) => !each.startsWith('--'));
const unknown = named.filter((name) => !Object.hasOwn(benchmarks, name));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. There are: ${Object.keys(benchmarks).join(', ')}.`);
  process.exitCode = 1;
} else {
  for (const name of named.length > 0 ? named : usual) {
    console.log(`\n== ${name} ==`);
    await benchmarks[name]?.();
  }
}
