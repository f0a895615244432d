import { ObjectId } from 'bson';
import { documentOfElements, elementsOf, encode, findRawElement, rawElements } from '../bson/raw.ts';
import { isDocument, typeName, type Value } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { badValue, ErrorCode, MongoError } from '../errors.ts';
import { valueKey } from '../index/key-encoding.ts';
import { readId } from '../storage/document-writer.ts';
import type { Statements } from '../storage/retry-log.ts';
import type { Writer } from '../storage/store.ts';
import type { Command } from './command.ts';
import { checkBatch } from './write-batch.ts';
import { type WriteError, withErrors, writeErrorOf } from './write-reply.ts';

/** How long one transaction may keep the event loop for a single command, in milliseconds. */
const jobBudgetMs = 5;

interface Prepared {
  bytes: Buffer;
  idKey: Buffer;
}

/** Refuses values that no `_id` may have. */
export function checkId(id: Value): void {
  const name = typeName(id);
  if (name === 'array' || name === 'regex' || name === 'undefined') {
    throw badValue(`The '_id' value cannot be of type ${name}`);
  }
  if (isDocument(id) && Object.keys(id).some((key) => key.startsWith('$'))) {
    throw new MongoError(
      ErrorCode.DollarPrefixedFieldName,
      "_id fields may not contain '$'-prefixed fields: not valid for storage",
    );
  }
}

const idName = Buffer.from('_id\0');

/** Refuses (2) a document with two `_id`s: its index would know it by one and its reader by the other. */
function checkSingleId(bytes: Buffer, behind: number): void {
  if (bytes.indexOf(idName, behind) < 0) return;
  const ids = [...rawElements(bytes)].filter(({ name }) => name === '_id');
  if (ids.length > 1) throw badValue("can't have multiple _id fields in one document");
}

/** A document as it is stored: with an `_id`, which comes first. */
function prepare(bytes: Buffer): Prepared {
  const id = readId(bytes);
  if (!id) {
    const generated = new ObjectId();
    const document = documentOfElements([elementsOf(encode({ _id: generated })), elementsOf(bytes)]);
    return { bytes: document, idKey: valueKey(generated) };
  }
  checkId(id.value);
  const element = findRawElement(bytes, '_id');
  if (element) checkSingleId(bytes, element.end);
  if (!element || element.start === 4) return { bytes, idKey: id.key };
  const parts = [
    bytes.subarray(element.start, element.end),
    bytes.subarray(4, element.start),
    bytes.subarray(element.end, bytes.length - 1),
  ];
  return { bytes: documentOfElements(parts), idKey: id.key };
}

interface Progress {
  next: number;
  inserted: number;
  readonly errors: WriteError[];
}

function insertOne(
  engine: Engine,
  writer: Writer,
  ns: string,
  document: Buffer,
  statements: Statements,
  i: number,
): void {
  if (statements.has(i)) return;
  const { bytes, idKey } = prepare(document);
  const collection = engine.catalog.get(ns) ?? engine.catalog.create(ns);
  engine.documents.insert(writer, collection, bytes, idKey);
  statements.record(i);
}

export const insert: Command = {
  name: 'insert',
  counter: 'insert',
  async run(engine, args) {
    args.allow('documents', 'ordered', 'bypassDocumentValidation', 'stmtId', 'stmtIds');
    const ns = args.namespace();
    const documents = checkBatch(args, 'documents') as unknown as Uint8Array[];
    const isOrdered = args.value('ordered') === undefined || args.flag('ordered');
    const statements = engine.retries.statementsOf(args.body);
    const progress: Progress = { next: 0, inserted: 0, errors: [] };
    const isOver = (): boolean =>
      progress.next >= documents.length || (isOrdered && progress.errors.length > 0);
    const step = (writer: Writer): void => {
      const i = progress.next;
      const given = documents[i] ?? Buffer.alloc(0);
      progress.next += 1;
      try {
        const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
        insertOne(engine, writer, ns, bytes, statements, i);
        progress.inserted += 1;
      } catch (error) {
        progress.errors.push(writeErrorOf(i, error));
      }
    };
    while (!isOver()) {
      await engine.store.write((writer) => {
        const until = performance.now() + jobBudgetMs;
        do step(writer);
        while (!isOver() && performance.now() < until);
        if (progress.inserted > 0) statements.save(writer);
      });
    }
    return { n: progress.inserted, ...withErrors(progress.errors) };
  },
};
