import { Binary } from 'bson';
import type { FieldTree } from '../bson/field-tree.ts';
import {
  decode,
  decodeFields,
  documentOfElements,
  elementsOf,
  encode,
  findRawElement,
  rawElementHeader,
} from '../bson/raw.ts';
import { type Document, isDocument, type Value } from '../bson/types.ts';
import { ErrorCode, MongoError } from '../errors.ts';
import { type Change, ChangeKind } from '../storage/change-record.ts';
import { documentKeyOf } from '../storage/document-changes.ts';
import { timestampOf } from '../storage/op-time.ts';
import { encodeToken, type ResumePoint } from './resume-token.ts';
import type { StreamOptions } from './stream-options.ts';

const operationTypes: Readonly<Record<ChangeKind, string>> = {
  [ChangeKind.insert]: 'insert',
  [ChangeKind.update]: 'update',
  [ChangeKind.replace]: 'replace',
  [ChangeKind.delete]: 'delete',
  [ChangeKind.drop]: 'drop',
  [ChangeKind.dropDatabase]: 'dropDatabase',
  [ChangeKind.rename]: 'rename',
  [ChangeKind.create]: 'create',
  [ChangeKind.createIndexes]: 'createIndexes',
  [ChangeKind.dropIndexes]: 'dropIndexes',
};

const expandedKinds = new Set<ChangeKind>([
  ChangeKind.create,
  ChangeKind.createIndexes,
  ChangeKind.dropIndexes,
]);

/** Whether a stream reports this kind of change at all; some kinds only on request. */
export const isShown = (kind: ChangeKind, { showsExpandedEvents }: StreamOptions): boolean =>
  showsExpandedEvents || !expandedKinds.has(kind);

/** The bytes of the document with this `_id`, if the collection of that name still has that UUID. */
export type LookUp = (ns: string, uuid: Buffer, id: Value) => Buffer | undefined;

/** A document's elements as raw bytes, one after another. */
const fields = (document: object): Buffer => elementsOf(encode(document));

/** A field with a document that is bytes already. */
const documentField = (name: string, bytes: Buffer): Buffer =>
  Buffer.concat([rawElementHeader(3, name), bytes]);

const nullField = (name: string): Buffer => rawElementHeader(10, name);

function rawField(document: Buffer, name: string): Buffer {
  const element = findRawElement(document, name);
  return element ? document.subarray(element.start, element.end) : Buffer.alloc(0);
}

function headOf(change: Change, point: ResumePoint, operationType: string, more: object = {}): Buffer {
  return fields({
    _id: encodeToken(point),
    operationType,
    clusterTime: timestampOf(change.time),
    ...more,
    wallTime: new Date(change.wallMs),
  });
}

function namespaceOf({ ns, kind }: Change): Document {
  const dot = ns.indexOf('.');
  const db = ns.slice(0, dot);
  return kind === ChangeKind.dropDatabase ? { db } : { db, coll: ns.slice(dot + 1) };
}

/** What happened and where: the part of an event that needs no document to be read. */
export const eventHead = (change: Change): Document => ({
  operationType: operationTypes[change.kind],
  ns: namespaceOf(change),
});

/** Some of the fields of a document that is stored with its change; undefined if none is. */
export const documentFields = ({ kind, body }: Change, wanted: FieldTree): Document | undefined =>
  hasDocument(kind) ? decodeFields(body, wanted) : undefined;

const hasDocument = (kind: ChangeKind): boolean => kind === ChangeKind.insert || kind === ChangeKind.replace;

/** Images of documents at the time of a change are not kept, as in a collection that was not set up for them. */
function noImage(change: Change, mode: string, image: string): MongoError {
  return new MongoError(
    ErrorCode.NoMatchingDocument,
    `Change stream was configured to require a ${image} for all ${operationTypes[change.kind]} events, but the ${image} was not found for event: ${JSON.stringify(encodeToken({ kind: 'event', time: change.time }))} (${mode})`,
  );
}

function idOfUpdate(change: Change): Value {
  const { documentKey } = decode(documentOfElements([rawField(change.body, 'documentKey')]));
  return (isDocument(documentKey) ? documentKey._id : undefined) ?? null;
}

function fullDocumentField(change: Change, { fullDocument }: StreamOptions, lookUp: LookUp): Buffer[] {
  const { kind, body } = change;
  if (hasDocument(kind)) return [documentField('fullDocument', body)];
  if (kind !== ChangeKind.update || fullDocument === 'default') return [];
  if (fullDocument === 'required') throw noImage(change, fullDocument, 'post-image');
  const found =
    fullDocument === 'updateLookup' ? lookUp(change.ns, change.uuid, idOfUpdate(change)) : undefined;
  return [found ? documentField('fullDocument', found) : nullField('fullDocument')];
}

const changesDocument = (kind: ChangeKind): boolean =>
  kind === ChangeKind.update || kind === ChangeKind.replace || kind === ChangeKind.delete;

function fullDocumentBeforeField(change: Change, { fullDocumentBeforeChange }: StreamOptions): Buffer[] {
  if (fullDocumentBeforeChange === 'off' || !changesDocument(change.kind)) return [];
  if (fullDocumentBeforeChange === 'required') throw noImage(change, fullDocumentBeforeChange, 'pre-image');
  return [nullField('fullDocumentBeforeChange')];
}

/** `updateDescription`, with the components of ambiguous paths in it where the stream was asked for them. */
function updateDescriptionField({ body }: Change, isExpanded: boolean): Buffer {
  const described = rawField(body, 'updateDescription');
  if (!isExpanded) return described;
  const description = described.subarray(rawElementHeader(3, 'updateDescription').length);
  const paths = rawField(body, 'disambiguatedPaths');
  const more = paths.length > 0 ? paths : fields({ disambiguatedPaths: {} });
  return documentField('updateDescription', documentOfElements([elementsOf(description), more]));
}

/** The fields of an event after its namespace. */
function detailFields(change: Change, isExpanded: boolean): Buffer[] {
  const { kind, body } = change;
  switch (kind) {
    case ChangeKind.insert:
    case ChangeKind.replace:
      return [documentField('documentKey', documentKeyOf(body))];
    case ChangeKind.update:
      return [rawField(body, 'documentKey'), updateDescriptionField(change, isExpanded)];
    case ChangeKind.delete:
      return [documentField('documentKey', body)];
    case ChangeKind.rename:
    case ChangeKind.create:
    case ChangeKind.createIndexes:
    case ChangeKind.dropIndexes:
      return isExpanded ? [documentField('operationDescription', body)] : [];
    case ChangeKind.drop:
    case ChangeKind.dropDatabase:
      return [];
  }
}

/** A change's event as bytes; documents are included as they are stored. Throws NoMatchingDocument (47). */
export function renderEvent(change: Change, options: StreamOptions, lookUp: LookUp): Buffer {
  const { kind, time, body } = change;
  const isExpanded = options.showsExpandedEvents;
  const hasUuid = isExpanded && kind !== ChangeKind.dropDatabase;
  const uuid = hasUuid ? { collectionUUID: new Binary(change.uuid, Binary.SUBTYPE_UUID) } : {};
  return documentOfElements([
    // MongoDB has this one field first.
    ...(kind === ChangeKind.rename ? [rawField(body, 'to')] : []),
    headOf(change, { kind: 'event', time }, operationTypes[kind], uuid),
    ...fullDocumentField(change, options, lookUp),
    fields({ ns: namespaceOf(change) }),
    ...detailFields(change, isExpanded),
    ...fullDocumentBeforeField(change, options),
  ]);
}

/** The event that says that a stream ends after a change. */
export const renderInvalidation = (change: Change): Buffer =>
  documentOfElements([headOf(change, { kind: 'invalidate', time: change.time }, 'invalidate')]);
