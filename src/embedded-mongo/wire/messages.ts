import { checkStructure } from '../bson/check-structure.ts';
import { setField } from '../bson/fields.ts';
import { type Pieces, wholePiece } from '../bson/pieces.ts';
import { decode, decodeWithRawArray, encode } from '../bson/raw.ts';
import type { Document, Value } from '../bson/types.ts';
import { ErrorCode, failedToParse, MongoError } from '../errors.ts';
import { crc32c } from './crc32c.ts';

/** The largest message, as in MongoDB. */
export const maxMessageBytes = 48_000_000;

const headerBytes = 16;
const opcodes = { reply: 1, query: 2004, compressed: 2012, message: 2013 } as const;
const flag = { checksumPresent: 1, moreToCome: 2, exhaustAllowed: 0x10000 } as const;
const requiredFlags = 0xffff;

/** A command as received. */
export interface Request {
  readonly requestId: number;
  readonly opcode: number;
  readonly body: Document;
  /** Whether the sender expects no answer. */
  readonly isFireAndForget: boolean;
}

/** An error that breaks a connection: nothing after it can be understood. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** The array in which `insert` has its documents: they stay bytes. */
const rawArrays: Readonly<Record<string, string>> = { insert: 'documents' };

function commandNameOf(bytes: Buffer): string {
  const end = bytes.indexOf(0, 5);
  return bytes.length > 5 && end > 5 ? bytes.toString('utf8', 5, end) : '';
}

function parseBody(bytes: Buffer): Document {
  checkStructure(bytes);
  const raw = rawArrays[commandNameOf(bytes)];
  return raw ? decodeWithRawArray(bytes, raw) : decode(bytes);
}

function documentAt(bytes: Buffer, offset: number, end: number): Buffer {
  if (offset + 5 > end) throw new ProtocolError('a section ends inside a document');
  const size = bytes.readInt32LE(offset);
  if (size < 5 || offset + size > end) throw new ProtocolError('a document is longer than its section');
  return bytes.subarray(offset, offset + size);
}

interface Sequence {
  name: string;
  documents: Buffer[];
  end: number;
}

function parseSequence(bytes: Buffer, offset: number, end: number): Sequence {
  if (offset + 4 > end) throw new ProtocolError('a section has no length');
  const sectionEnd = offset + bytes.readInt32LE(offset);
  const nameEnd = bytes.indexOf(0, offset + 4);
  if (sectionEnd > end || nameEnd < 0 || nameEnd >= sectionEnd)
    throw new ProtocolError('a section is cut off');
  const documents: Buffer[] = [];
  let position = nameEnd + 1;
  while (position < sectionEnd) {
    const document = documentAt(bytes, position, sectionEnd);
    documents.push(document);
    position += document.length;
  }
  return { name: bytes.toString('utf8', offset + 4, nameEnd), documents, end: sectionEnd };
}

function joinSequences(body: Document, sequences: readonly Sequence[]): Document {
  const command = Object.keys(body)[0] ?? '';
  for (const { name, documents } of sequences) {
    for (const document of documents) checkStructure(document);
    if (Object.hasOwn(body, name)) throw failedToParse(`Duplicate field in message: ${name}`);
    // `insert` gets bytes, as from its body; other commands get documents.
    const values = rawArrays[command] === name ? (documents as unknown as Value[]) : documents.map(decode);
    setField(body, name, values);
  }
  return body;
}

function parseMessage(bytes: Buffer): { body: () => Document; flags: number } {
  if (bytes.length < headerBytes + 9) throw new ProtocolError('a message without a body');
  const flags = bytes.readUInt32LE(headerBytes);
  const unknown = flags & requiredFlags & ~(flag.checksumPresent | flag.moreToCome);
  if (unknown !== 0) throw new ProtocolError(`unknown required flags: ${unknown}`);
  const hasChecksum = (flags & flag.checksumPresent) !== 0;
  const end = bytes.length - (hasChecksum ? 4 : 0);
  if (hasChecksum && bytes.readUInt32LE(end) !== crc32c(bytes.subarray(0, end))) {
    throw new ProtocolError('the checksum does not match');
  }
  let offset = headerBytes + 4;
  let main: Buffer | undefined;
  const sequences: Sequence[] = [];
  while (offset < end) {
    const kind = bytes[offset];
    if (kind === 0 && !main) {
      main = documentAt(bytes, offset + 1, end);
      offset += 1 + main.length;
    } else if (kind === 1) {
      const sequence = parseSequence(bytes, offset + 1, end);
      sequences.push(sequence);
      offset = sequence.end;
    } else throw new ProtocolError(`a section of kind ${kind}`);
  }
  if (!main) throw new ProtocolError('a message without a body');
  const body = main;
  return { flags, body: () => joinSequences(parseBody(body), sequences) };
}

function parseQuery(bytes: Buffer): Document {
  const nameEnd = bytes.indexOf(0, headerBytes + 4);
  if (nameEnd < 0) throw new ProtocolError('a query without a collection');
  const body = parseBody(documentAt(bytes, nameEnd + 9, bytes.length));
  const name = (Object.keys(body)[0] ?? '').toLowerCase();
  const ns = bytes.toString('utf8', headerBytes + 4, nameEnd);
  if (!ns.endsWith('.$cmd') || !['ismaster', 'hello'].includes(name)) {
    throw new ProtocolError(`OP_QUERY is only served for hello, not for ${name}`);
  }
  return { ...body, $db: ns.slice(0, -'.$cmd'.length) };
}

/**
 * Reads a whole message. Throws ProtocolError for an invalid one. `body` of the result throws MongoError if only the
 * BSON in a valid message is malformed, which is answered.
 */
export function parseRequest(bytes: Buffer): Omit<Request, 'body'> & { body: () => Document } {
  const requestId = bytes.readInt32LE(4);
  const opcode = bytes.readInt32LE(12);
  if (opcode === opcodes.message) {
    const { flags, body } = parseMessage(bytes);
    return { requestId, opcode, body, isFireAndForget: (flags & flag.moreToCome) !== 0 };
  }
  if (opcode === opcodes.query) {
    return { requestId, opcode, body: () => parseQuery(bytes), isFireAndForget: false };
  }
  throw new ProtocolError(`unsupported opcode ${opcode}`);
}

let lastRequestId = 0;

/** The header of a message, with room for what comes between it and the document. */
function header(size: number, responseTo: number, opcode: number, prefixBytes: number): Buffer {
  lastRequestId = (lastRequestId + 1) & 0x7fffffff;
  const bytes = Buffer.alloc(headerBytes + prefixBytes);
  bytes.writeInt32LE(size, 0);
  bytes.writeInt32LE(lastRequestId, 4);
  bytes.writeInt32LE(responseTo, 8);
  bytes.writeInt32LE(opcode, 12);
  return bytes;
}

/** The message that answers a request with a document given as BSON. */
export function replyTo(request: { requestId: number; opcode: number }, document: Pieces): Pieces {
  const isLegacy = request.opcode === opcodes.query;
  const prefixBytes = isLegacy ? 20 : 5;
  const length = headerBytes + prefixBytes + document.length;
  const opcode = isLegacy ? opcodes.reply : opcodes.message;
  const start = header(length, request.requestId, opcode, prefixBytes);
  if (isLegacy) start.writeInt32LE(1, headerBytes + 16);
  return {
    length,
    count: document.count + 1,
    piece: (i) => (i === 0 ? start : document.piece(i - 1)),
  };
}

/** The answer to a command that failed. */
export function errorReply(error: unknown): Pieces {
  if (error instanceof MongoError) {
    const { code, codeName, message, extra } = error;
    return wholePiece(encode({ ok: 0, errmsg: message, code, codeName, ...extra }));
  }
  const errmsg = error instanceof Error ? error.message : String(error);
  return wholePiece(encode({ ok: 0, errmsg, code: ErrorCode.InternalError, codeName: 'InternalError' }));
}
