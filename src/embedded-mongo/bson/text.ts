import { isUtf8 } from 'node:buffer';

// MongoDB stores strings without checking whether they are UTF-8. A byte that is not becomes a lone surrogate here
// (0xe9 is U+DCE9), which no valid UTF-8 decodes to, and is written back as the same byte: nothing is lost.

const firstEscape = 0xdc80;
const lastEscape = 0xdcff;
const escapeBase = 0xdc00;

/** The number of bytes of a character that begins with this byte; 1 also for a byte that begins none. */
function sequenceLength(byte: number): number {
  if (byte < 0xc0) return 1;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : 4;
}

function escapedText(bytes: Buffer): string {
  const parts: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    const sequence = bytes.subarray(at, at + sequenceLength(byte));
    const isValid = isUtf8(sequence);
    parts.push(isValid ? sequence.toString('utf8') : String.fromCharCode(escapeBase + byte));
    at += isValid ? sequence.length : 1;
  }
  return parts.join('');
}

/** Up to this length, writing characters one by one is faster than a call into Node. */
export const shortLength = 24;

/** Up to this length, so is reading them: a longer text would be put together of many. */
const shortReadLength = 8;

/** A short ASCII text; undefined for others. */
function shortAscii(bytes: Buffer, start: number, end: number): string | undefined {
  let text = '';
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte > 0x7f) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Reads bytes as UTF-8; `bytesOfText` returns the same bytes, even if they are not UTF-8. */
export function readText(bytes: Buffer, start: number, end: number): string {
  const short = end - start <= shortReadLength ? shortAscii(bytes, start, end) : undefined;
  if (short !== undefined) return short;
  const text = bytes.toString('utf8', start, end);
  if (!text.includes('\ufffd')) return text;
  const part = bytes.subarray(start, end);
  return isUtf8(part) ? text : escapedText(part);
}

/** The bytes of a text from `readText`. A surrogate that does not stand for a byte becomes U+FFFD, as usual. */
export function bytesOfText(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  const parts: Uint8Array[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const isEscape = code >= firstEscape && code <= lastEscape;
    parts.push(isEscape ? Uint8Array.of(code - escapeBase) : Buffer.from(character, 'utf8'));
  }
  return Buffer.concat(parts);
}
