import { Binary } from 'bson';
import { invalidBson } from '../errors.ts';
import { checkDate } from './dates.ts';
import { maxMessageDepth, tooDeep } from './limits.ts';
import { fixedSizes } from './value-sizes.ts';

class StructureCheck {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #maxDepth: number;

  constructor(bytes: Uint8Array, maxDepth: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#maxDepth = maxDepth;
  }

  /** The end of the document that begins at `start`; it must be before `limit`. The other methods work likewise. */
  document(start: number, limit: number, depth: number): number {
    if (depth > this.#maxDepth) throw tooDeep(this.#maxDepth);
    const length = this.#int32(start, limit);
    const end = start + length;
    if (length < 5 || end > limit || this.#bytes[end - 1] !== 0) {
      throw invalidBson('a document does not end where it says');
    }
    let at = start + 4;
    while (at < end - 1) {
      const type = this.#bytes[at] ?? 0;
      at = this.#value(type, this.#cString(at + 1, end - 1), end - 1, depth);
    }
    return end;
  }

  #value(type: number, at: number, limit: number, depth: number): number {
    const fixed = fixedSizes[type];
    if (fixed !== undefined) return this.#fixed(type, at, fixed, limit);
    switch (type) {
      case 2:
      case 13:
      case 14:
        return this.#string(at, limit);
      case 3:
      case 4:
        return this.document(at, limit, depth + 1);
      case 5:
        return this.#binary(at, limit);
      case 11:
        return this.#cString(this.#cString(at, limit), limit);
      case 12:
        return this.#within(this.#string(at, limit) + 12, limit);
      case 15:
        return this.#codeWithScope(at, limit, depth);
      default:
        throw invalidBson(`unknown type ${type}`);
    }
  }

  #fixed(type: number, at: number, size: number, limit: number): number {
    const end = this.#within(at + size, limit);
    if (type === 8 && (this.#bytes[at] ?? 0) > 1) throw invalidBson('a boolean is neither true nor false');
    if (type === 9) checkDate(this.#view.getInt32(at + 4, true) * 2 ** 32 + this.#view.getUint32(at, true));
    return end;
  }

  #string(at: number, limit: number): number {
    const length = this.#int32(at, limit);
    const end = at + 4 + length;
    if (length < 1 || end > limit || this.#bytes[end - 1] !== 0) {
      throw invalidBson('a string does not end where it says');
    }
    return end;
  }

  #binary(at: number, limit: number): number {
    const length = this.#int32(at, limit);
    if (length < 0) throw invalidBson('a binary has a negative length');
    const end = this.#within(at + 5 + length, limit);
    if (this.#bytes[at + 4] === Binary.SUBTYPE_BYTE_ARRAY && this.#int32(at + 5, end) !== length - 4) {
      throw invalidBson('a binary of the old form has two lengths');
    }
    return end;
  }

  #codeWithScope(at: number, limit: number, depth: number): number {
    const end = this.#within(at + this.#int32(at, limit), limit);
    if (this.document(this.#string(at + 4, end), end, depth + 1) !== end) {
      throw invalidBson('code with a scope does not end where it says');
    }
    return end;
  }

  #cString(at: number, limit: number): number {
    let end = at;
    while (this.#bytes[end] !== 0) end = this.#within(end + 1, limit);
    return this.#within(end + 1, limit);
  }

  #int32(at: number, limit: number): number {
    this.#within(at + 4, limit);
    return this.#view.getInt32(at, true);
  }

  #within(end: number, limit: number): number {
    if (end > limit) throw invalidBson('a value ends behind its document');
    return end;
  }
}

/**
 * Checks that bytes are a well-formed document whose every part ends where it says, nested at most `maxDepth` levels,
 * before anything reads it recursively. Throws InvalidBSON (22) if they are not, Overflow (15) for too many levels,
 * and NotImplemented (238) for a date that JavaScript cannot represent. As in MongoDB, strings need not be UTF-8.
 */
export function checkStructure(bytes: Uint8Array, maxDepth = maxMessageDepth): void {
  const end = new StructureCheck(bytes, maxDepth).document(0, bytes.length, 1);
  if (end !== bytes.length) throw invalidBson('bytes follow behind a document');
}
