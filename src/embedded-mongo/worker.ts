import { parentPort, workerData } from 'node:worker_threads';
import { type RunningServer, startServer } from './server.ts';
import { DataDirectoryError } from './storage/data-directory-error.ts';
import type { FromWorker, WorkerOptions } from './worker-messages.ts';

// The server inside a worker thread, which `start.ts` creates and communicates with.

function tell(message: FromWorker): void {
  parentPort?.postMessage(message);
}

function tellFailure(error: unknown): void {
  const problem = error instanceof DataDirectoryError ? error.problem : undefined;
  tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error), problem });
}

function stopWhenAsked(server: RunningServer): void {
  parentPort?.once('message', () => {
    server.stop().then(
      () => parentPort?.close(),
      (error: unknown) => {
        tellFailure(error);
        parentPort?.close();
      },
    );
  });
}

try {
  const onFailure = (error: Error): void => {
    tellFailure(error);
    parentPort?.close();
  };
  const server = await startServer({ ...(workerData as WorkerOptions), onFailure });
  stopWhenAsked(server);
  tell({ kind: 'listening', url: server.url });
} catch (error) {
  tellFailure(error);
}
