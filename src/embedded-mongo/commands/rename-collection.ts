import type { Engine } from '../engine.ts';
import { ErrorCode, MongoError, notImplemented } from '../errors.ts';
import { type Arguments, namespaceOf } from './arguments.ts';
import type { Command } from './command.ts';

/** A namespace given as a single string. */
function namespaceAt(args: Arguments, name: string): string {
  args.required(name);
  const [db = '', ...collection] = (args.string(name) ?? '').split('.');
  return namespaceOf(db, collection.join('.'));
}

function checkNames(from: string, to: string): void {
  const isSystem = (ns: string): boolean => ns.startsWith('system.', ns.indexOf('.') + 1);
  if (from === to) {
    throw new MongoError(ErrorCode.IllegalOperation, "Can't rename a collection to itself");
  }
  if (isSystem(from) || isSystem(to)) {
    throw new MongoError(
      ErrorCode.IllegalOperation,
      'error with source or target namespace: system collections cannot be renamed',
    );
  }
  if (from.split('.')[0] !== to.split('.')[0]) throw notImplemented('renameCollection to another database');
}

function rename(engine: Engine, names: { from: string; to: string }, dropTarget: boolean): Promise<void> {
  const { from, to } = names;
  return engine.store.write((writer) => {
    const collection = engine.catalog.get(from);
    if (!collection) {
      throw new MongoError(ErrorCode.NamespaceNotFound, `Source collection ${from} does not exist`);
    }
    if (engine.catalog.get(to) && !dropTarget) {
      throw new MongoError(ErrorCode.NamespaceExists, 'target namespace exists');
    }
    if (collection.indexes.some((index) => !index.isReady)) {
      throw new MongoError(
        ErrorCode.BackgroundOperationInProgressForNamespace,
        `cannot perform operation: an index build is currently running for collection ${from}`,
      );
    }
    engine.catalog.rename(collection, to, writer);
  });
}

export const renameCollection: Command = {
  name: 'renameCollection',
  adminOnly: true,
  async run(engine, args) {
    args.allow('to', 'dropTarget', 'stayTemp');
    const names = { from: namespaceAt(args, 'renameCollection'), to: namespaceAt(args, 'to') };
    checkNames(names.from, names.to);
    await rename(engine, names, args.flag('dropTarget'));
    engine.sweep();
    return {};
  },
};
