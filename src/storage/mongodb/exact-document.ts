import { BSON, type Document } from 'mongodb';

/**
 * Reads a document that was asked for with `raw`, with all of its numbers' types. The driver's own `promoteValues`
 * also applies to the codes of errors, and a read is then not repeated when the primary steps down.
 */
export const exactDocument = <T extends Document>(bytes: Uint8Array): T =>
  BSON.deserialize(bytes, { promoteValues: false }) as T;
