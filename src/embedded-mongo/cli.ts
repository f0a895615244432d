import { parseArgs } from 'node:util';
import { startServer } from './server.ts';

const usage = 'Usage: npm run mongo -- --data-dir <directory> [--port <port>] [--notablescan]';

function readArguments(): { port: number; dataDir: string; noTableScan: boolean } {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '27017' },
      'data-dir': { type: 'string' },
      notablescan: { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  const dataDir = values['data-dir'];
  if (!dataDir) throw new Error('--data-dir is missing');
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port ${values.port} is no port`);
  return { port, dataDir, noTableScan: values.notablescan };
}

/** Runs until SIGTERM or SIGINT. The first line on standard output is the connection string. */
async function main(): Promise<void> {
  const { port, dataDir, noTableScan } = readArguments();
  const server = await startServer({ dataDir, listen: { port }, noTableScan });
  process.stdout.write(`${server.url}\n`);
  let stopping = false;
  // A second signal, which a process group may get, changes nothing; without a listener it would kill the process.
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void server.stop().finally(() => process.removeListener('SIGTERM', stop).removeListener('SIGINT', stop));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

try {
  await main();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message}\n${message.startsWith('--') ? `${usage}\n` : ''}`);
  process.exitCode = 1;
}
