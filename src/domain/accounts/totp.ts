import { createHmac, timingSafeEqual } from 'node:crypto';

const base32Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const stepMs = 30_000;
const digits = 6;

/** The bytes of a base32 text; undefined where it is none. */
function decodeBase32(text: string): Buffer | undefined {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const letter of text.toUpperCase().replace(/=+$/, '')) {
    const index = base32Alphabet.indexOf(letter);
    if (index < 0) return undefined;
    value = ((value << 5) | index) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >> bits) & 0xff);
  }
  return Buffer.from(bytes);
}

/** The code of one half minute, by RFC 6238 with SHA-1 and six digits, as authenticator apps make it. */
function codeAt(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const number = mac.readUInt32BE((mac.at(-1) ?? 0) & 0xf) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/**
 * Whether a code is that of an authenticator app now, or of at most `maxDelta` half minutes earlier or later.
 * @param secret base32, as Rocket.Chat stores it in `services.totp.secret`
 */
export function isTotpCode(secret: string, code: string, now: Date, maxDelta: number): boolean {
  const key = decodeBase32(secret);
  if (!key || key.length === 0 || !/^\d{6}$/.test(code)) return false;
  const step = Math.floor(now.getTime() / stepMs);
  const given = Buffer.from(code);
  for (let delta = -maxDelta; delta <= maxDelta; delta += 1) {
    if (timingSafeEqual(Buffer.from(codeAt(key, Math.max(0, step + delta))), given)) return true;
  }
  return false;
}
