import type { Document } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import type { UsageKind } from '../execution/usage.ts';
import type { Command } from './command.ts';

/** The fields that hold a batched command's statements. MongoDB counts each statement. */
const batchFields: Readonly<Record<string, string>> = {
  insert: 'documents',
  update: 'updates',
  delete: 'deletes',
};

function operationsOf(command: Command, body: Document): number {
  const field = batchFields[command.name];
  const batch = field === undefined ? undefined : body[field];
  return Array.isArray(batch) ? batch.length : 1;
}

const kinds: Readonly<Record<NonNullable<Command['counter']>, UsageKind>> = {
  insert: 'insert',
  query: 'queries',
  update: 'update',
  delete: 'remove',
  getmore: 'getmore',
};

const writing = new Set([
  'create',
  'createIndexes',
  'delete',
  'drop',
  'dropIndexes',
  'findAndModify',
  'insert',
  'renameCollection',
  'update',
]);

function namespaceOf(command: Command, name: string, body: Document): string | undefined {
  const collection = command.name === 'getMore' ? body.collection : body[name];
  return typeof collection === 'string' ? `${String(body.$db)}.${collection}` : undefined;
}

/** Counts a command as it begins. Returns a function to call when it has ended. */
export function countCommand(engine: Engine, command: Command, name: string, body: Document): () => void {
  engine.counters.opcounters[command.counter ?? 'command'] += operationsOf(command, body);
  const startedAt = performance.now();
  return () => {
    const ns = namespaceOf(command, name, body);
    if (ns === undefined) return;
    const micros = Math.round((performance.now() - startedAt) * 1000);
    const kind = command.counter ? kinds[command.counter] : 'commands';
    engine.usage.note(ns, kind, writing.has(command.name), micros);
  };
}
