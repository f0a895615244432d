import { parseArgs } from 'node:util';
import { ConfigError, readConfig } from './config/config.ts';
import { readEnv } from './config/env.ts';
import { startEmbeddedDatabase } from './embedded-database.ts';
import { startFailure } from './start-failure.ts';
import { connectDatabase } from './storage/mongodb/client.ts';
import { copyDatabase } from './storage/mongodb/copy-database.ts';

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
      await copyDatabase(source.db, target.db, ({ collection, copied, total }) => {
        process.stdout.write(`${collection}: ${copied} of ${total}\n`);
      });
      process.stdout.write('Done. Start Foyer with MONGO_URL set to that address.\n');
    } finally {
      await Promise.all([source.close(), target.close()]);
    }
  } finally {
    await embedded.stop();
  }
}

try {
  await run();
} catch (error) {
  process.stderr.write(`${startFailure(error)}\n`);
  process.exitCode = 1;
}
