import { once } from 'node:events';
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';
import { type Config, readConfig } from './config/config.ts';
import { readEnv } from './config/env.ts';
import { startEmbeddedDatabase } from './embedded-database.ts';
import { collectProcessMetrics } from './observability/process-metrics.ts';
import { describeStart } from './start-message.ts';

/** How long stopping may take before the process is forced to exit. */
const stopWithinMs = 4_500;

/** The embedded database has stopped by itself; the service cannot go on without it. */
class DatabaseStopped extends Error {
  override name = 'DatabaseStopped';
}

/** Starts the embedded database, and ends the service with it. */
const startDatabase = ({ dataDir }: Config, end: AbortController) =>
  startEmbeddedDatabase(dataDir, (cause) => end.abort(new DatabaseStopped(cause.message, { cause })));

/**
 * Has Node, from 22.8 on, keep what it compiles for the next start. Whoever may write there can change what runs, so it
 * is beside the modules; where that is read-only, nothing is kept.
 */
const keepCompiledModules = () =>
  module.enableCompileCache?.(fileURLToPath(new URL('.compiled', import.meta.url)));

/**
 * Has the heap grow by half of what is in use before it is collected. By itself, V8 lets it grow to four times that on
 * a machine with much memory, and most of what the service holds would be garbage (ADR 20).
 */
const keepHeapSmall = () => v8.setFlagsFromString('--heap-growing-percent=50');

async function run(): Promise<void> {
  const config = readConfig(readEnv());
  keepHeapSmall();
  keepCompiledModules();
  collectProcessMetrics();
  const releases: (() => Promise<void>)[] = [];
  const release = async () => {
    for (const stop of releases.splice(0).reverse()) await stop();
  };
  const end = new AbortController();
  // Every time, not once: npm and systemd may send a signal to the whole group and npm then hands it on, and a signal
  // that nobody listens for would kill the process in the middle of its last requests.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end.abort());
  try {
    // The service's many modules are loaded while the database opens.
    const loading = import('./service.ts');
    // If the database does not open either, that is the reason.
    loading.catch(() => undefined);
    const embedded = config.mongoUrl ? undefined : await startDatabase(config, end);
    if (embedded) releases.push(embedded.stop);
    const mongoUrl = config.mongoUrl ?? embedded?.url ?? '';
    const { createService } = await loading;
    const service = await createService(config, mongoUrl, {}, end.signal);
    releases.push(service.stop);
    const address = await service.start();
    console.log(describeStart(config, mongoUrl, address, service.bootstrap));
    if (!end.signal.aborted) await once(end.signal, 'abort');
    if (end.signal.reason instanceof DatabaseStopped) throw end.signal.reason;
  } catch (error) {
    // What fails for want of the database is not the reason.
    if (end.signal.reason instanceof DatabaseStopped) throw end.signal.reason;
    // Whoever ended a start that was waiting is not told that it failed.
    if (!end.signal.aborted) throw error;
  } finally {
    setTimeout(() => process.exit(), stopWithinMs).unref();
    await release();
  }
}

async function describeFailure(error: unknown): Promise<string> {
  const { startFailure } = await import('./start-failure.ts');
  return startFailure(error);
}

try {
  await run();
} catch (error) {
  console.error(
    error instanceof DatabaseStopped ? `Foyer stops: ${error.message}` : await describeFailure(error),
  );
  process.exitCode = 1;
}
