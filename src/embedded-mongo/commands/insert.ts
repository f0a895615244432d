import { ObjectId } from 'bson';
import {
  decodeElement,
  documentOfElements,
  elementsOf,
  encode,
  findRawElement,
  type RawElement,
} from '../bson/raw.ts';
import { BsonType, isDocument, typeName, type Value } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { badValue, ErrorCode, MongoError, typeMismatch } from '../errors.ts';
import { runWrites } from '../execution/run-writes.ts';
import { stringKey, valueKey } from '../index/key-encoding.ts';
import type { Writer } from '../storage/store.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { checkBatch, isOrdered } from './write-batch.ts';
import { writeErrors } from './write-reply.ts';

interface Prepared {
  bytes: Buffer;
  idKey: Buffer;
}

/** Refuses values that an `_id` may not have. */
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

/** Refuses (2) a document with two `_id`s: its index would use one of them and its readers the other. */
function checkSingleId(bytes: Buffer, behind: number): void {
  if (findRawElement(bytes, '_id', behind)) throw badValue("can't have multiple _id fields in one document");
}

function keyOfId(bytes: Buffer, id: RawElement): Buffer {
  // Most are strings, any of which will do, and which need not be decoded.
  if (id.type === BsonType.string) return stringKey(bytes.subarray(id.value + 4, id.end - 1));
  const value = decodeElement(bytes, id);
  checkId(value);
  return valueKey(value);
}

/** Prepares a document for storage: with an `_id`, which comes first. */
function prepare(bytes: Buffer): Prepared {
  const id = findRawElement(bytes, '_id');
  if (!id) {
    const generated = new ObjectId();
    const document = documentOfElements([elementsOf(encode({ _id: generated })), elementsOf(bytes)]);
    return { bytes: document, idKey: valueKey(generated) };
  }
  const idKey = keyOfId(bytes, id);
  checkSingleId(bytes, id.end);
  if (id.start === 4) return { bytes, idKey };
  const parts = [
    bytes.subarray(id.start, id.end),
    bytes.subarray(4, id.start),
    bytes.subarray(id.end, bytes.length - 1),
  ];
  return { bytes: documentOfElements(parts), idKey };
}

function insertOne(engine: Engine, writer: Writer, ns: string, document: Buffer): void {
  const { bytes, idKey } = prepare(document);
  engine.documents.insert(writer, ns, bytes, idKey);
}

/** The documents to insert, which arrive here as bytes. Throws TypeMismatch (14) for anything else. */
const documentsOf = (args: Arguments): Buffer[] =>
  checkBatch(args, 'documents').map((document, i) => {
    if (Buffer.isBuffer(document)) return document;
    throw typeMismatch(
      `BSON field 'insert.documents.${i}' is the wrong type '${typeName(document)}', expected type 'object'`,
    );
  });

export const insert: Command = {
  name: 'insert',
  counter: 'insert',
  async run(engine, args) {
    args.allow('documents', 'ordered', 'bypassDocumentValidation', 'stmtId', 'stmtIds');
    const ns = args.namespace();
    const documents = documentsOf(args);
    const statements = engine.retries.statementsOf(args.body);
    const { results, failures } = await runWrites(engine, args.startSlice(), {
      size: documents.length,
      isOrdered: isOrdered(args),
      begin: (index) => ({
        step: (writer) => {
          if (!statements.has(index)) {
            insertOne(engine, writer, ns, documents[index] as Buffer);
            statements.record(index);
          }
          return { result: undefined };
        },
      }),
      save: (writer) => statements.save(writer),
    });
    return { n: results.length, ...writeErrors(failures) };
  },
};
