import { getField } from '../bson/fields.ts';
import type { Document } from '../bson/types.ts';
import { failedToParse, MongoError } from '../errors.ts';
import { encodeOpTime } from '../storage/layout.ts';
import type { OpTime } from '../storage/op-time.ts';

/**
 * A place in a stream: at a change, after the invalidation that followed it, or (`from`) before whatever has this
 * time or a later one.
 */
export interface ResumePoint {
  readonly kind: 'from' | 'event' | 'invalidate';
  readonly time: OpTime;
}

const kinds = ['from', 'event', 'invalidate'] as const;

/** The byte that MongoDB's own tokens begin with: the type of the timestamp that follows. */
const leadingByte = 0x82;
const tokenBytes = 10;

/** `{_data: <hexadecimal>}`. As texts, tokens have the order of their places in the stream. */
export function encodeToken({ kind, time }: ResumePoint): Document {
  const bytes = Buffer.concat([
    Buffer.from([leadingByte]),
    encodeOpTime(time),
    Buffer.from([kinds.indexOf(kind)]),
  ]);
  return { _data: bytes.toString('hex').toUpperCase() };
}

/** Throws Location40647 for a document that is not a token, and FailedToParse (9) for a text that is not. */
export function decodeToken(token: Document): ResumePoint {
  const data = getField(token, '_data');
  if (typeof data !== 'string') {
    throw new MongoError(40647, 'Bad resume token: _data of missing or of wrong type. Expected string');
  }
  if (data.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(data)) {
    throw failedToParse('resume token string was not a valid hex string');
  }
  const bytes = Buffer.from(data, 'hex');
  if (bytes.length === 0) throw new MongoError(40649, 'invalid empty resume token');
  const kind = kinds[bytes[tokenBytes - 1] ?? kinds.length];
  if (bytes.length !== tokenBytes || bytes[0] !== leadingByte || kind === undefined) {
    throw failedToParse('the resume token is not one of this server');
  }
  return { kind, time: bytes.readBigUInt64BE(1) };
}
