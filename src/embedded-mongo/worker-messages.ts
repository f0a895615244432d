import type { ServerOptions } from './server.ts';
import type { DataDirectoryProblem } from './storage/data-directory-error.ts';

/** What the thread is started with: what can be sent to it. */
export type WorkerOptions = Omit<ServerOptions, 'clock'>;

/** What the thread tells. */
export type FromWorker =
  | { readonly kind: 'listening'; readonly url: string }
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly problem: DataDirectoryProblem | undefined;
    };
