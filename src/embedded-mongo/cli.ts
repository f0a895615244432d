import { parseArgs } from 'node:util';
import { startServer } from './server.ts';
import { checkDataDirectory } from './storage/data-directory.ts';

const usage = `Usage: npm run mongo -- --data-dir <directory> [--port <port>] [--notablescan]
       npm run mongo -- check --data-dir <directory>`;

/** A command line that cannot be understood. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

interface Wanted {
  readonly isCheck: boolean;
  readonly dataDir: string;
  readonly port: number;
  readonly noTableScan: boolean;
}

function readArguments(): Wanted {
  const { values, positionals } = parseArgs({
    options: {
      port: { type: 'string', default: '27017' },
      'data-dir': { type: 'string' },
      notablescan: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const port = Number(values.port);
  const dataDir = values['data-dir'];
  const isCheck = positionals[0] === 'check';
  const unknown = positionals.slice(isCheck ? 1 : 0);
  if (unknown.length > 0) throw new UsageError(`${unknown.join(' ')}: there is no such command`);
  if (!dataDir) throw new UsageError('--data-dir is missing');
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(`--port ${values.port} is no port`);
  return { isCheck, dataDir, port, noTableScan: values.notablescan };
}

function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message}\n${error instanceof UsageError ? `${usage}\n` : ''}`);
  process.exitCode = 1;
}

/** Runs until SIGTERM or SIGINT. The first line on standard output is the connection string. */
async function serve({ dataDir, port, noTableScan }: Wanted): Promise<void> {
  const server = await startServer({ dataDir, listen: { port }, noTableScan, onFailure: fail });
  process.stdout.write(`${server.url}\n`);
  let stopping = false;
  // A second signal, which a process group may get, changes nothing; without a listener it would kill the process.
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void server
      .stop()
      .catch(fail)
      .finally(() => process.removeListener('SIGTERM', stop).removeListener('SIGINT', stop));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** Says whether all that is stored is what was written; ends with code 1 where it is not. */
async function check({ dataDir }: Wanted): Promise<void> {
  const { pages, entries, damages } = await checkDataDirectory(dataDir);
  for (const damage of damages) process.stdout.write(`damaged: ${damage}\n`);
  process.stdout.write(`${pages} pages with ${entries} entries checked: ${damages.length} damaged\n`);
  if (damages.length > 0) process.exitCode = 1;
}

try {
  const wanted = readArguments();
  await (wanted.isCheck ? check(wanted) : serve(wanted));
} catch (error) {
  fail(error);
}
