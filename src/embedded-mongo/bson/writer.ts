import { Binary, type Code } from 'bson';
import { maxMessageDepth, tooDeep } from './limits.ts';
import { BsonOutput } from './output.ts';
import type { BsonObject } from './types.ts';

const isInt32 = (value: number): boolean => (value | 0) === value && !Object.is(value, -0);

/** Writes documents, one after another, into a reused buffer. */
export class BsonWriter {
  readonly #out = new BsonOutput();
  #depth = 0;

  /** The document's bytes, in their own buffer. */
  write(document: object): Buffer {
    this.#depth = 0;
    try {
      this.#document(document);
      return this.#out.copy();
    } finally {
      this.#out.clear();
    }
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
    return this.#out.begin();
  }

  #end(start: number): void {
    this.#depth -= 1;
    this.#out.byte(0);
    this.#out.endAt(start);
  }

  #element(name: string, value: unknown): void {
    switch (typeof value) {
      case 'undefined':
        break;
      case 'string':
        this.#out.header(2, name);
        this.#out.string(value);
        break;
      case 'boolean':
        this.#out.header(8, name);
        this.#out.byte(value ? 1 : 0);
        break;
      case 'number':
        this.#number(name, value);
        break;
      case 'bigint':
        this.#out.header(18, name);
        this.#out.int64(value);
        break;
      default:
        if (value === null) this.#out.header(10, name);
        else this.#object(name, value as object);
    }
  }

  #number(name: string, value: number): void {
    if (isInt32(value)) {
      this.#out.header(16, name);
      this.#out.int32(value);
    } else {
      this.#out.header(1, name);
      this.#out.double(value);
    }
  }

  #object(name: string, value: object): void {
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      this.#out.header(3, name);
      this.#document(value);
    } else if (Array.isArray(value)) {
      this.#out.header(4, name);
      this.#array(value);
    } else if (value instanceof Date) {
      this.#out.header(9, name);
      this.#out.date(value);
    } else if (value instanceof Uint8Array) this.#binary(name, new Binary(value));
    else this.#typed(name, value as BsonObject);
  }

  #typed(name: string, value: BsonObject): void {
    switch (value._bsontype) {
      case 'Int32':
        this.#out.header(16, name);
        this.#out.int32(value.value);
        break;
      case 'Double':
        this.#out.header(1, name);
        this.#out.double(value.value);
        break;
      case 'ObjectId':
        this.#out.header(7, name);
        this.#out.raw(value.id);
        break;
      case 'Long':
        this.#out.header(18, name);
        this.#out.long(value);
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
        this.#out.header(17, name);
        this.#out.long(value);
        break;
      case 'Decimal128':
        this.#out.header(19, name);
        this.#out.raw(value.bytes);
        break;
      case 'Undefined':
        this.#out.header(6, name);
        break;
      case 'BSONRegExp':
        this.#out.header(11, name);
        this.#out.cString(value.pattern);
        this.#out.cString(value.options);
        break;
      case 'DBPointer':
        this.#out.header(12, name);
        this.#out.string(value.namespace);
        this.#out.raw(value.objectId.id);
        break;
      case 'Code':
        this.#code(name, value);
        break;
      case 'BSONSymbol':
        this.#out.header(14, name);
        this.#out.string(value.value);
        break;
      case 'MaxKey':
      case 'MinKey':
        this.#out.header(value._bsontype === 'MaxKey' ? 127 : 255, name);
        break;
      default:
        throw new Error(`${String(value)} cannot be written as BSON`);
    }
  }

  #binary(name: string, value: Binary): void {
    const bytes = value.buffer.subarray(0, value.position);
    const isOldForm = value.sub_type === Binary.SUBTYPE_BYTE_ARRAY;
    this.#out.header(5, name);
    this.#out.int32(bytes.length + (isOldForm ? 4 : 0));
    this.#out.byte(value.sub_type);
    // The old form of binaries repeats its length.
    if (isOldForm) this.#out.int32(bytes.length);
    this.#out.raw(bytes);
  }

  #code(name: string, { code, scope }: Code): void {
    this.#out.header(scope ? 15 : 13, name);
    const start = scope ? this.#out.begin() : this.#out.at;
    this.#out.string(String(code));
    if (!scope) return;
    this.#document(scope);
    this.#out.endAt(start);
  }
}
