import { bytesOfText, shortLength } from '../bson/text.ts';

const shortKey = 64;

/** Kept between keys; a larger buffer is released. */
const keptBytes = 64 * 1024;

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A growing buffer to which the parts of a key are appended. */
export class KeyOutput {
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
    const key = Buffer.allocUnsafe(this.#at);
    // Most keys are short: to copy them with Buffer costs more.
    if (this.#at > shortKey) this.#bytes.copy(key, 0, 0, this.#at);
    else for (let i = 0; i < this.#at; i += 1) key[i] = this.#bytes[i] as number;
    return key;
  }

  /** Where the next byte goes. */
  get at(): number {
    return this.#at;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at] = value;
    this.#at += 1;
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#at, value);
    this.#at += 4;
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** A text in UTF-8, with 0xff behind each null. */
  text(text: string): void {
    this.#reserve(text.length * 3);
    if (this.#plainText(text)) return;
    if (!text.includes('\0') && text.isWellFormed()) this.#at += this.#bytes.write(text, this.#at);
    else this.raw(escapeNulls(bytesOfText(text)));
  }

  /** Inverts every byte from here on, so that greater keys come first. */
  invertFrom(start: number): void {
    for (let i = start; i < this.#at; i += 1) this.#bytes[i] = 0xff - (this.#bytes[i] ?? 0);
  }

  /** Writes a text if it is short and all ASCII without nulls, as most are; returns whether it was. */
  #plainText(text: string): boolean {
    if (text.length > shortLength) return false;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code === 0 || code > 0x7f) return false;
      this.#bytes[this.#at + i] = code;
    }
    this.#at += text.length;
    return true;
  }

  #use(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }

  #reserve(length: number): void {
    const needed = this.#at + length;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#use(larger);
  }
}

/** The bytes of a text with 0xff behind each null, so that no text's key is a prefix of another's. */
export function escapeNulls(bytes: Buffer): Buffer {
  if (!bytes.includes(0)) return bytes;
  const escaped: number[] = [];
  for (const byte of bytes) {
    escaped.push(byte);
    if (byte === 0) escaped.push(0xff);
  }
  return Buffer.from(escaped);
}
