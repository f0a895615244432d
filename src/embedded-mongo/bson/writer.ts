import { Binary, type Code, type Long, type Timestamp } from 'bson';
import { badValue, ErrorCode, MongoError } from '../errors.ts';
import { maxMessageDepth, tooDeep } from './limits.ts';
import { bytesOfText, shortLength } from './text.ts';
import type { BsonObject } from './types.ts';

/** A document larger than any may be is not written to the end. */
const mostBytes = 17 * 1024 * 1024;

/** Kept between documents; a larger one is released. */
const keptBytes = 256 * 1024;

const isInt32 = (value: number): boolean => (value | 0) === value && !Object.is(value, -0);

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Writes documents, one after another, into a reused buffer. */
export class BsonWriter {
  #bytes: Buffer = Buffer.allocUnsafeSlow(keptBytes);
  #view = viewOf(this.#bytes);
  #at = 0;
  #depth = 0;

  /** The document's bytes, in their own buffer. */
  write(document: object): Buffer {
    this.#at = 0;
    this.#depth = 0;
    try {
      this.#document(document);
      const written = Buffer.allocUnsafe(this.#at);
      this.#bytes.copy(written, 0, 0, this.#at);
      return written;
    } finally {
      if (this.#bytes.length > keptBytes) this.#use(Buffer.allocUnsafeSlow(keptBytes));
    }
  }

  #use(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }

  #reserve(length: number): void {
    const needed = this.#at + length;
    if (needed <= this.#bytes.length) return;
    if (needed > mostBytes) {
      throw new MongoError(ErrorCode.BSONObjectTooLarge, 'BSONObj size is invalid: more than 16793600(16MB)');
    }
    const larger = Buffer.allocUnsafeSlow(Math.min(Math.max(needed, this.#bytes.length * 2), mostBytes));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#use(larger);
  }

  #document(document: object): void {
    const start = this.#beginContainer();
    for (const name of Object.keys(document)) {
      this.#element(name, (document as Record<string, unknown>)[name]);
    }
    this.#end(start);
  }

  #array(array: readonly unknown[]): void {
    const start = this.#beginContainer();
    for (let i = 0; i < array.length; i += 1) this.#element(String(i), array[i] ?? null);
    this.#end(start);
  }

  #beginContainer(): number {
    this.#depth += 1;
    if (this.#depth > maxMessageDepth) throw tooDeep(maxMessageDepth);
    return this.#begin();
  }

  #begin(): number {
    const start = this.#at;
    this.#reserve(4);
    this.#at += 4;
    return start;
  }

  #end(start: number): void {
    this.#depth -= 1;
    this.#byte(0);
    this.#view.setInt32(start, this.#at - start, true);
  }

  #element(name: string, value: unknown): void {
    switch (typeof value) {
      case 'undefined':
        break;
      case 'string':
        this.#header(2, name);
        this.#string(value);
        break;
      case 'boolean':
        this.#header(8, name);
        this.#byte(value ? 1 : 0);
        break;
      case 'number':
        this.#number(name, value);
        break;
      case 'bigint':
        this.#header(18, name);
        this.#int64(value);
        break;
      default:
        if (value === null) this.#header(10, name);
        else this.#object(name, value as object);
    }
  }

  #number(name: string, value: number): void {
    if (isInt32(value)) {
      this.#header(16, name);
      this.#int32(value);
    } else {
      this.#header(1, name);
      this.#double(value);
    }
  }

  #object(name: string, value: object): void {
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      this.#header(3, name);
      this.#document(value);
    } else if (Array.isArray(value)) {
      this.#header(4, name);
      this.#array(value);
    } else if (value instanceof Date) {
      this.#header(9, name);
      this.#date(value);
    } else if (value instanceof Uint8Array) this.#binary(name, new Binary(value));
    else this.#typed(name, value as BsonObject);
  }

  #typed(name: string, value: BsonObject): void {
    switch (value._bsontype) {
      case 'Int32':
        this.#header(16, name);
        this.#int32(value.value);
        break;
      case 'Double':
        this.#header(1, name);
        this.#double(value.value);
        break;
      case 'ObjectId':
        this.#header(7, name);
        this.#raw(value.id);
        break;
      case 'Long':
        this.#header(18, name);
        this.#long(value);
        break;
      case 'Binary':
        this.#binary(name, value);
        break;
      default:
        this.#rare(name, value);
    }
  }

  #rare(name: string, value: BsonObject): void {
    switch (value._bsontype) {
      case 'Timestamp':
        this.#header(17, name);
        this.#long(value);
        break;
      case 'Decimal128':
        this.#header(19, name);
        this.#raw(value.bytes);
        break;
      case 'Undefined':
        this.#header(6, name);
        break;
      case 'BSONRegExp':
        this.#header(11, name);
        this.#cString(value.pattern);
        this.#cString(value.options);
        break;
      case 'DBPointer':
        this.#header(12, name);
        this.#string(value.namespace);
        this.#raw(value.objectId.id);
        break;
      case 'Code':
        this.#code(name, value);
        break;
      case 'BSONSymbol':
        this.#header(14, name);
        this.#string(value.value);
        break;
      case 'MaxKey':
      case 'MinKey':
        this.#header(value._bsontype === 'MaxKey' ? 127 : 255, name);
        break;
      default:
        throw new Error(`${String(value)} cannot be written as BSON`);
    }
  }

  #binary(name: string, value: Binary): void {
    const bytes = value.buffer.subarray(0, value.position);
    const isOldForm = value.sub_type === Binary.SUBTYPE_BYTE_ARRAY;
    this.#header(5, name);
    this.#int32(bytes.length + (isOldForm ? 4 : 0));
    this.#byte(value.sub_type);
    // The old form of binaries repeats its length.
    if (isOldForm) this.#int32(bytes.length);
    this.#raw(bytes);
  }

  #code(name: string, { code, scope }: Code): void {
    this.#header(scope ? 15 : 13, name);
    const start = scope ? this.#begin() : this.#at;
    this.#string(String(code));
    if (!scope) return;
    this.#document(scope);
    this.#view.setInt32(start, this.#at - start, true);
  }

  #header(type: number, name: string): void {
    if (this.#plainHeader(type, name)) return;
    this.#byte(type);
    this.#cString(name);
  }

  /** Writes an element's type and name if the name is short and all ASCII, and tells whether it is. Most are. */
  #plainHeader(type: number, name: string): boolean {
    const { length } = name;
    if (length > shortLength) return false;
    this.#reserve(length + 2);
    const [bytes, start] = [this.#bytes, this.#at];
    bytes[start] = type;
    for (let i = 0; i < length; i += 1) {
      const code = name.charCodeAt(i);
      if (code === 0 || code > 0x7f) return false;
      bytes[start + 1 + i] = code;
    }
    bytes[start + 1 + length] = 0;
    this.#at = start + length + 2;
    return true;
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at] = value;
    this.#at += 1;
  }

  #int32(value: number): void {
    this.#reserve(4);
    this.#view.setInt32(this.#at, value, true);
    this.#at += 4;
  }

  #double(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  #int64(value: bigint): void {
    this.#reserve(8);
    this.#view.setBigInt64(this.#at, value, true);
    this.#at += 8;
  }

  #date(value: Date): void {
    const time = value.getTime();
    const high = Math.floor(time / 2 ** 32);
    this.#int32((time - high * 2 ** 32) | 0);
    this.#int32(high);
  }

  #long({ low, high }: Long | Timestamp): void {
    this.#int32(low | 0);
    this.#int32(high | 0);
  }

  #raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #text(text: string): void {
    const most = text.length * 3;
    this.#reserve(most > keptBytes ? Buffer.byteLength(text) : most);
    if (text.length <= shortLength && this.#shortAscii(text)) return;
    if (text.isWellFormed()) this.#at += this.#bytes.write(text, this.#at);
    else this.#raw(bytesOfText(text));
  }

  /** Writes a text if it is all ASCII, and tells whether it is. */
  #shortAscii(text: string): boolean {
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      this.#bytes[this.#at + i] = code;
    }
    this.#at += text.length;
    return true;
  }

  #string(text: string): void {
    const start = this.#begin();
    this.#text(text);
    this.#byte(0);
    this.#view.setInt32(start, this.#at - start - 4, true);
  }

  #cString(text: string): void {
    if (text.includes('\0'))
      throw badValue('A field name or a regular expression must not contain a null byte');
    this.#text(text);
    this.#byte(0);
  }
}
