import type { Long, Timestamp } from 'bson';
import { badValue, ErrorCode, MongoError } from '../errors.ts';
import { bytesOfText, shortLength } from './text.ts';

/** A document larger than any may be is not written to the end. */
const mostBytes = 17 * 1024 * 1024;

/** Kept between documents; a larger one is released. */
const keptBytes = 256 * 1024;

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A growing buffer to which the parts of BSON are appended. */
export class BsonOutput {
  #bytes: Buffer = Buffer.allocUnsafeSlow(keptBytes);
  #view = viewOf(this.#bytes);
  #at = 0;

  /** Forgets what was appended. */
  clear(): void {
    this.#at = 0;
    if (this.#bytes.length > keptBytes) this.#use(Buffer.allocUnsafeSlow(keptBytes));
  }

  /** What was appended, in its own buffer. */
  copy(): Buffer {
    const written = Buffer.allocUnsafe(this.#at);
    this.#bytes.copy(written, 0, 0, this.#at);
    return written;
  }

  /** Where the next byte goes. */
  get at(): number {
    return this.#at;
  }

  /** Fills in the length of what was begun at `start`. */
  endAt(start: number): void {
    this.#view.setInt32(start, this.#at - start, true);
  }

  #use(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }

  begin(): number {
    const start = this.#at;
    this.#reserve(4);
    this.#at += 4;
    return start;
  }

  header(type: number, name: string): void {
    if (this.#plainHeader(type, name)) return;
    this.byte(type);
    this.cString(name);
  }

  /** Writes an element's type and name if the name is short and all ASCII, as most are; returns whether it was. */
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

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at] = value;
    this.#at += 1;
  }

  int32(value: number): void {
    this.#reserve(4);
    this.#view.setInt32(this.#at, value, true);
    this.#at += 4;
  }

  double(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  int64(value: bigint): void {
    this.#reserve(8);
    this.#view.setBigInt64(this.#at, value, true);
    this.#at += 8;
  }

  date(value: Date): void {
    const time = value.getTime();
    const high = Math.floor(time / 2 ** 32);
    this.int32((time - high * 2 ** 32) | 0);
    this.int32(high);
  }

  long({ low, high }: Long | Timestamp): void {
    this.int32(low | 0);
    this.int32(high | 0);
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  string(text: string): void {
    const start = this.begin();
    this.text(text);
    this.byte(0);
    this.#view.setInt32(start, this.#at - start - 4, true);
  }

  cString(text: string): void {
    if (text.includes('\0'))
      throw badValue('A field name or a regular expression must not contain a null byte');
    this.text(text);
    this.byte(0);
  }

  text(text: string): void {
    const most = text.length * 3;
    this.#reserve(most > keptBytes ? Buffer.byteLength(text) : most);
    if (text.length <= shortLength && this.#shortAscii(text)) return;
    if (text.isWellFormed()) this.#at += this.#bytes.write(text, this.#at);
    else this.raw(bytesOfText(text));
  }

  /** Writes a text if it is all ASCII; returns whether it was. */
  #shortAscii(text: string): boolean {
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      this.#bytes[this.#at + i] = code;
    }
    this.#at += text.length;
    return true;
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
}
