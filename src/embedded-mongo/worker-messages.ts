import type { ServerOptions } from './server.ts';
import type { DataDirectoryProblem } from './storage/data-directory-error.ts';

/** The options that the thread is started with: those that can be sent to it. */
export type WorkerOptions = Omit<ServerOptions, 'clock' | 'onFailure'>;

/** The messages that the thread sends. */
export type FromWorker =
  | { readonly kind: 'listening'; readonly url: string }
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly problem: DataDirectoryProblem | undefined;
    };
