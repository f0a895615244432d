import { readConfig } from './config/config.ts';
import { readEnv } from './config/env.ts';
import { startEmbeddedMongo } from './embedded-mongo/start.ts';
import { createService } from './service.ts';
import { startFailure } from './start-failure.ts';
import { describeStart } from './start-message.ts';

/** How long a stop may take before the process is ended by force. */
const stopWithinMs = 4_500;

async function run(): Promise<void> {
  const config = readConfig(readEnv());
  const releases: (() => Promise<void>)[] = [];
  const release = async () => {
    for (const stop of releases.splice(0).reverse()) await stop();
  };
  const stopped = new Promise<NodeJS.Signals>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });
  try {
    const embedded = config.mongoUrl ? undefined : await startEmbeddedMongo({ dataDir: config.dataDir });
    if (embedded) releases.push(embedded.stop);
    const service = await createService(config, config.mongoUrl ?? embedded?.url ?? '');
    releases.push(service.stop);
    const address = await service.start();
    console.log(describeStart(config, address, service.bootstrap));
    await stopped;
  } finally {
    setTimeout(() => process.exit(), stopWithinMs).unref();
    await release();
  }
}

try {
  await run();
} catch (error) {
  console.error(startFailure(error));
  process.exitCode = 1;
}
