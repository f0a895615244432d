// As much of MongoDB's Unified Test Format as its tests of change streams use.
import {
  Collection,
  type CommandStartedEvent,
  Db,
  type Document,
  MongoClient,
  MongoServerError,
} from 'mongodb';
import type { FailingProxy } from './failing-proxy.ts';
import { differenceOf } from './unified-matching.ts';
import { Watcher, watch } from './watching.ts';

/** One test, with what its file says of all of them. */
export interface UnifiedTest {
  readonly description: string;
  readonly operations: readonly Document[];
  readonly expectEvents: readonly Document[];
  readonly createEntities: readonly Document[];
  readonly initialData: readonly Document[];
}

type Entity = MongoClient | Db | Collection | Watcher;

/** The commands that make a stream, as opposed to those that write. */
const streamCommands = ['aggregate', 'getMore'];

/** Runs one test through the driver. */
export class UnifiedTestRun {
  readonly #test: UnifiedTest;
  readonly #proxy: FailingProxy;
  readonly #entities = new Map<string, Entity>();
  readonly #commands = new Map<string, CommandStartedEvent[]>();

  constructor(test: UnifiedTest, proxy: FailingProxy) {
    this.#test = test;
    this.#proxy = proxy;
  }

  /** Throws for an operation that ends otherwise than expected. */
  async run(): Promise<void> {
    try {
      await this.#loadData();
      for (const entity of this.#test.createEntities) await this.#create(entity);
      for (const operation of this.#test.operations) await this.#perform(operation);
      for (const { client, events, ignoreExtraEvents } of this.#test.expectEvents) {
        this.#compareEvents(this.#commands.get(client) ?? [], events, ignoreExtraEvents === true);
      }
    } finally {
      await this.#close();
    }
  }

  async #loadData(): Promise<void> {
    const client = await MongoClient.connect(this.#proxy.url);
    for (const { databaseName, collectionName, documents } of this.#test.initialData) {
      const db = client.db(databaseName);
      await db.dropCollection(collectionName);
      await db.createCollection(collectionName);
      if (documents.length > 0) await db.collection(collectionName).insertMany(documents);
    }
    await client.close();
  }

  async #create({ client, database, collection }: Document): Promise<void> {
    if (client) await this.#createClient(client);
    if (database) {
      this.#entities.set(database.id, this.#entity(database.client, MongoClient).db(database.databaseName));
    }
    if (collection) {
      const db = this.#entity(collection.database, Db);
      this.#entities.set(collection.id, db.collection(collection.collectionName));
    }
  }

  async #createClient({
    id,
    observeEvents = [],
    ignoreCommandMonitoringEvents = [],
  }: Document): Promise<void> {
    const client = new MongoClient(this.#proxy.url, { monitorCommands: true });
    const commands: CommandStartedEvent[] = [];
    if (observeEvents.includes('commandStartedEvent')) {
      client.on('commandStarted', (event) => {
        if (!ignoreCommandMonitoringEvents.includes(event.commandName)) commands.push(event);
      });
    }
    this.#commands.set(id, commands);
    this.#entities.set(id, await client.connect());
  }

  #entity<Kind extends Entity>(id: string, kind: abstract new (...parameters: never[]) => Kind): Kind {
    const entity = this.#entities.get(id);
    if (entity instanceof kind) return entity;
    throw new Error(`${id} is no ${kind.name}`);
  }

  async #perform(operation: Document): Promise<void> {
    const { saveResultAsEntity, expectResult, expectError } = operation;
    const outcome = this.#call(operation);
    if (expectError) {
      checkError(
        await outcome.then(
          () => undefined,
          (error: unknown) => error,
        ),
        expectError,
      );
      return;
    }
    const result = await outcome;
    if (saveResultAsEntity) this.#entities.set(saveResultAsEntity, result as Watcher);
    if (expectResult) expect(differenceOf(expectResult, result)).toBeUndefined();
  }

  async #call({ name, object, arguments: given = {} }: Document): Promise<unknown> {
    const { pipeline, document, filter, update, replacement, keys, to, collection, ...options } = given;
    const onCollection = (): Collection => this.#entity(object, Collection);
    switch (name) {
      case 'failPoint':
        return this.#fail(given.failPoint);
      case 'createChangeStream':
        return watch(this.#entities.get(object) as Collection, pipeline, options);
      case 'iterateUntilDocumentOrError':
        return this.#entity(object, Watcher).next();
      case 'insertOne':
        return onCollection().insertOne(document);
      case 'updateOne':
        return onCollection().updateOne(filter, update);
      case 'replaceOne':
        return onCollection().replaceOne(filter, replacement);
      case 'deleteOne':
        return onCollection().deleteOne(filter);
      case 'createIndex':
        return onCollection().createIndex(keys, options);
      case 'dropIndex':
        return onCollection().dropIndex(options.name);
      case 'rename':
        return onCollection().rename(to, options);
      case 'createCollection':
        return this.#entity(object, Db).createCollection(collection, options);
      case 'dropCollection':
        return this.#entity(object, Db).dropCollection(collection);
      case 'runCommand':
        return this.#runCommand(object, given.command);
      default:
        throw new Error(`the operation ${name} is not known`);
    }
  }

  async #runCommand(object: string, command: Document): Promise<unknown> {
    // No collection keeps images of its documents, which is all that such a test wants to be sure of.
    if (command.changeStreamPreAndPostImages?.enabled === false) return undefined;
    return this.#entity(object, Db).command(command);
  }

  #fail({ mode, data }: Document): void {
    this.#proxy.fail({
      times: mode.times,
      commands: data.failCommands,
      closesConnection: data.closeConnection === true,
      errorCode: data.errorCode ?? 0,
      errorLabels: data.errorLabels ?? [],
    });
  }

  /**
   * The commands of the stream and those that write are compared apart: this driver asks for more as soon as a
   * stream is open, before the test writes.
   */
  #compareEvents(seen: CommandStartedEvent[], expected: Document[], ignoresExtra: boolean): void {
    for (const isOfStream of [true, false]) {
      const commands = seen.filter(({ commandName }) => streamCommands.includes(commandName) === isOfStream);
      const wanted = expected
        .map(({ commandStartedEvent }) => commandStartedEvent)
        .filter(({ command }) => streamCommands.includes(Object.keys(command)[0] ?? '') === isOfStream);
      expect(commands.length >= wanted.length).toBe(true);
      if (!ignoresExtra && !isOfStream) expect(commands).toHaveLength(wanted.length);
      for (const [index, event] of wanted.entries()) {
        expect(differenceOf(event, commands[index])).toBeUndefined();
      }
    }
  }

  async #close(): Promise<void> {
    const entities = [...this.#entities.values()];
    for (const entity of entities) if (entity instanceof Watcher) await entity.close();
    for (const entity of entities) if (entity instanceof MongoClient) await entity.close();
  }
}

function checkError(
  error: unknown,
  { isClientError, errorCode, errorCodeName, errorLabelsContain }: Document,
): void {
  expect(error).toBeInstanceOf(Error);
  if (isClientError !== undefined) expect(!(error instanceof MongoServerError)).toBe(isClientError);
  if (errorCode !== undefined) expect(error).toMatchObject({ code: errorCode });
  if (errorCodeName !== undefined) expect(error).toMatchObject({ codeName: errorCodeName });
  const labels = error instanceof MongoServerError ? error.errorLabels : [];
  for (const label of errorLabelsContain ?? []) expect(labels).toContain(label);
}
