// The compiled embedded database, on a directory of its own that goes away with the tests.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Document, MongoClient, type MongoClientOptions } from 'mongodb';

type Starter = typeof import('../../src/embedded-mongo/start.ts');
type Options = Parameters<Starter['startEmbeddedMongo']>[0];

export interface TestDatabase {
  readonly url: string;
  readonly dataDir: string;
  readonly client: MongoClient;
  /** Stops and removes everything. */
  stop(): Promise<void>;
  /** Stops it; its files stay for another. */
  stopKeepingData(): Promise<void>;
}

export const temporaryDirectory = (): string => mkdtempSync(path.join(os.tmpdir(), 'foyer-embedded-'));

/** Threads start from compiled files, so this is `dist/`'s; `npm test` brings it up to date. */
export async function startEmbedded(options: Options) {
  const { startEmbeddedMongo }: Starter = await import(
    new URL('../../dist/embedded-mongo/start.js', import.meta.url).href
  );
  return startEmbeddedMongo(options);
}

export async function startTestDatabase(
  options: Partial<Options> = {},
  clientOptions: MongoClientOptions = {},
): Promise<TestDatabase> {
  const dataDir = options.dataDir ?? temporaryDirectory();
  const database = await startEmbedded({ ...options, dataDir });
  const client = await MongoClient.connect(database.url, clientOptions);
  const stopKeepingData = async (): Promise<void> => {
    await client.close();
    await database.stop();
  };
  const stop = async (): Promise<void> => {
    await stopKeepingData();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { url: database.url, dataDir, client, stop, stopKeepingData };
}

/** The code of the error that an operation fails with. */
export async function codeOf(operation: Promise<unknown>): Promise<number | undefined> {
  const error: unknown = await operation.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return (error as { code?: number } | undefined)?.code;
}

/** The names of a plan's stages, the outermost first. */
export function stagesOf(plan: Document): string[] {
  const inputs: Document[] = plan.inputStages ?? (plan.inputStage ? [plan.inputStage] : []);
  return [plan.stage, ...inputs.flatMap(stagesOf)];
}
