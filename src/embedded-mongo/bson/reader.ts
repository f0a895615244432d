import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { invalidBson } from '../errors.ts';
import { type FieldTree, whole } from './field-tree.ts';
import { setField } from './fields.ts';
import { readText } from './text.ts';
import { bsonUndefined, DbPointer, type Document, type Value } from './types.ts';
import { endOfValue } from './value-sizes.ts';

/** Names that have been read, each in a slot determined by its bytes; a newer one replaces an older one. */
const knownNames = new Array<string | undefined>(1024).fill(undefined);
const longestKnownName = 40;

/** Reads the values of a document from the first byte to the last. */
export class BsonReader {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** A document; the documents in its array `rawField` stay bytes. */
  document(rawField?: string): Document {
    const end = this.#container();
    const document: Document = {};
    while (this.#at < end) {
      const type = this.#byte();
      const name = this.#name();
      const value = type === 4 && name === rawField ? this.#rawArray() : this.#value(type);
      setField(document, name, value);
    }
    this.#at += 1;
    return document;
  }

  /** Those of the document's fields that are wanted; the others are passed over. */
  fields(wanted: FieldTree): Document {
    const end = this.#container();
    const document: Document = {};
    while (this.#at < end) {
      const type = this.#byte();
      const name = this.#name();
      const inner = wanted.get(name);
      if (inner === undefined) this.#at = endOfValue(this.#bytes, type, this.#at);
      else if (type === 3 && inner !== whole) setField(document, name, this.fields(inner));
      else setField(document, name, this.#value(type));
    }
    this.#at += 1;
    return document;
  }

  /** The value of this type that begins at `offset`. */
  valueAt(type: number, offset: number): Value {
    this.#at = offset;
    return this.#value(type);
  }

  /** Skips a document's length; returns the position of its end. */
  #container(): number {
    const start = this.#at;
    const end = start + this.#int32() - 1;
    if (end < this.#at || end >= this.#bytes.length)
      throw invalidBson('a document does not end where it says');
    return end;
  }

  #array(): Value[] {
    const end = this.#container();
    const array: Value[] = [];
    while (this.#at < end) {
      const type = this.#byte();
      this.#skipCString();
      array.push(this.#value(type));
    }
    this.#at += 1;
    return array;
  }

  #rawArray(): Value[] {
    const end = this.#container();
    const array: unknown[] = [];
    while (this.#at < end) {
      const type = this.#byte();
      this.#skipCString();
      array.push(type === 3 ? this.#bytesOf(this.#view.getInt32(this.#at, true)) : this.#value(type));
    }
    this.#at += 1;
    // The callers know that the elements are bytes.
    return array as Value[];
  }

  #value(type: number): Value {
    switch (type) {
      case 1:
        return new Double(this.#double());
      case 2:
        return this.#string();
      case 3:
        return this.document();
      case 4:
        return this.#array();
      case 7:
        return this.#objectId();
      case 8:
        return this.#byte() === 1;
      case 9:
        return this.#date();
      case 10:
        return null;
      case 16:
        return new Int32(this.#int32());
      case 18:
        return this.#long();
      default:
        return this.#rareValue(type);
    }
  }

  #rareValue(type: number): Value {
    switch (type) {
      case 5:
        return this.#binary();
      case 6:
        return bsonUndefined;
      case 11:
        return this.#regex();
      case 12:
        return new DbPointer(this.#string(), this.#objectId());
      case 13:
        return new Code(this.#string());
      case 14:
        return new BSONSymbol(this.#string());
      case 15:
        this.#int32();
        return new Code(this.#string(), this.document());
      case 17:
        return new Timestamp(this.#long());
      case 19:
        return new Decimal128(Buffer.from(this.#bytesOf(16)));
      case 127:
        return new MaxKey();
      case 255:
        return new MinKey();
      default:
        throw invalidBson(`unknown type ${type}`);
    }
  }

  #byte(): number {
    this.#at += 1;
    return this.#view.getUint8(this.#at - 1);
  }

  #int32(): number {
    this.#at += 4;
    return this.#view.getInt32(this.#at - 4, true);
  }

  #double(): number {
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8, true);
  }

  #long(): Long {
    const low = this.#int32();
    return new Long(low, this.#int32());
  }

  #bytesOf(length: number): Buffer {
    const start = this.#at;
    if (length < 0 || start + length > this.#bytes.length)
      throw invalidBson('a value ends behind its document');
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }

  #date(): Date {
    const low = this.#int32() >>> 0;
    return new Date(this.#int32() * 2 ** 32 + low);
  }

  #objectId(): ObjectId {
    // A copy, so that the identifier does not keep the whole message in memory.
    const id = new Uint8Array(12);
    for (let i = 0; i < 12; i += 1) id[i] = this.#view.getUint8(this.#at + i);
    this.#at += 12;
    return new ObjectId(id);
  }

  #endOfCString(): number {
    let end = this.#at;
    // Names are short: searching with Buffer costs more than it saves.
    while (this.#view.getUint8(end) !== 0) end += 1;
    return end;
  }

  #skipCString(): void {
    this.#at = this.#endOfCString() + 1;
  }

  #cString(): string {
    const start = this.#at;
    const end = this.#endOfCString();
    this.#at = end + 1;
    return readText(this.#bytes, start, end);
  }

  /** A field's name: the same few recur, and a known string need not be created again. */
  #name(): string {
    const start = this.#at;
    let hash = 0;
    let end = start;
    for (let byte = this.#view.getUint8(end); byte !== 0; byte = this.#view.getUint8(end)) {
      hash = (hash * 31 + byte) | 0;
      end += 1;
    }
    this.#at = end + 1;
    const slot = hash & (knownNames.length - 1);
    const known = knownNames[slot] ?? '';
    if (this.#isAscii(known, start, end)) return known;
    const name = readText(this.#bytes, start, end);
    if (name.length <= longestKnownName) knownNames[slot] = name;
    return name;
  }

  #isAscii(text: string, start: number, end: number): boolean {
    if (text.length !== end - start) return false;
    for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) !== this.#bytes[start + i]) return false;
    return true;
  }

  #string(): string {
    const length = this.#int32();
    const start = this.#at;
    if (length < 1 || start + length > this.#bytes.length) throw invalidBson('a string is cut off');
    this.#at += length;
    return readText(this.#bytes, start, this.#at - 1);
  }

  #binary(): Binary {
    const length = this.#int32();
    const subtype = this.#byte();
    const bytes = this.#bytesOf(length);
    // The old form of binaries repeats its length.
    return new Binary(subtype === Binary.SUBTYPE_BYTE_ARRAY ? bytes.subarray(4) : bytes, subtype);
  }

  #regex(): BSONRegExp {
    const regex = new BSONRegExp(this.#cString());
    // Set afterwards, since the constructor sorts the options and refuses some that MongoDB stores.
    regex.options = this.#cString();
    return regex;
  }
}
