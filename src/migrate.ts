import { parseArgs } from 'node:util';
import { ConfigError, readConfig } from './config/config.ts';
import { readEnv } from './config/env.ts';
import { startEmbeddedDatabase } from './embedded-database.ts';
import { startFailure } from './start-failure.ts';
import { removeFirstAdministrator } from './storage/accounts/first-administrator.ts';
import { connectDatabase } from './storage/mongodb/client.ts';
import { CopyIncompleteError, type CopyReport, copyDatabase } from './storage/mongodb/copy-database.ts';

/** What the copy has come to: the counts of both sides. */
function describeReport({ collections, removed }: CopyReport): string {
  const lines = collections.map(({ collection, source, target }) => {
    const others = target > source ? `, ${target - source} of them its own` : '';
    return `${collection}: ${source} here, ${target} there${others}`;
  });
  if (removed > 0) lines.push(`Removed ${removed} documents of an earlier copy that are gone here.`);
  lines.push('All documents are there. Start Foyer with MONGO_URL set to that address.');
  return lines.join('\n');
}

/** `npm run migrate -- --to mongodb://…`: copies everything from the embedded database to MongoDB, with progress. */
async function run(): Promise<void> {
  const { to } = parseArgs({ options: { to: { type: 'string' } } }).values;
  if (!to) throw new ConfigError('the copy needs a target: npm run migrate -- --to mongodb://host/foyer.');
  const config = readConfig({ ...readEnv(), MONGO_URL: to });
  const embedded = await startEmbeddedDatabase(config.dataDir);
  try {
    const source = await connectDatabase(embedded.url);
    const target = await connectDatabase(to);
    try {
      for (const name of await removeFirstAdministrator(source.db, target.db))
        process.stdout.write(
          `The user ${name} whom Foyer's first start there made gives way to the one here.\n`,
        );
      const report = await copyDatabase(source.db, target.db, ({ collection, copied, total }) => {
        process.stdout.write(`${collection}: ${copied} of ${total}\n`);
      });
      process.stdout.write(`${describeReport(report)}\n`);
    } finally {
      await Promise.all([source.close(), target.close()]);
    }
  } finally {
    await embedded.stop();
  }
}

function failureOf(error: unknown): string {
  if (!(error instanceof CopyIncompleteError)) return startFailure(error);
  return [
    'Not everything could be copied:',
    error.message,
    'Remove those documents, or drop that database, and run this again.',
  ].join('\n');
}

try {
  await run();
} catch (error) {
  process.stderr.write(`${failureOf(error)}\n`);
  process.exitCode = 1;
}
