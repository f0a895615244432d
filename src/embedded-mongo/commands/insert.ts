import { ObjectId } from 'bson';
import { documentOfElements, elementsOf, encode, findRawElement } from '../bson/raw.ts';
import { isDocument, typeName, type Value } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { badValue, ErrorCode, MongoError, typeMismatch } from '../errors.ts';
import { runWrites } from '../execution/run-writes.ts';
import { valueKey } from '../index/key-encoding.ts';
import { readId } from '../storage/document-writer.ts';
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

/** Prepares a document for storage: with an `_id`, which comes first. */
function prepare(bytes: Buffer): Prepared {
  const id = readId(bytes);
  if (!id) {
    const generated = new ObjectId();
    const document = documentOfElements([elementsOf(encode({ _id: generated })), elementsOf(bytes)]);
    return { bytes: document, idKey: valueKey(generated) };
  }
  const { element } = id;
  checkId(id.value);
  checkSingleId(bytes, element.end);
  if (element.start === 4) return { bytes, idKey: id.key };
  const parts = [
    bytes.subarray(element.start, element.end),
    bytes.subarray(4, element.start),
    bytes.subarray(element.end, bytes.length - 1),
  ];
  return { bytes: documentOfElements(parts), idKey: id.key };
}

function insertOne(engine: Engine, writer: Writer, ns: string, document: Uint8Array): void {
  const { bytes, idKey } = prepare(Buffer.from(document.buffer, document.byteOffset, document.byteLength));
  engine.documents.insert(writer, ns, bytes, idKey);
}

/** The documents to insert, which arrive here as bytes. Throws TypeMismatch (14) for anything else. */
const documentsOf = (args: Arguments): Uint8Array[] =>
  checkBatch(args, 'documents').map((document, i) => {
    if (document instanceof Uint8Array) return document;
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
            insertOne(engine, writer, ns, documents[index] as Uint8Array);
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
