import { createHmac, timingSafeEqual } from 'node:crypto';

const base32Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const stepMs = 30_000;
const digits = 6;

/** The bytes that a base32 text encodes; undefined if it is not base32. */
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

/** The code for one half minute, by RFC 6238 with SHA-1 and six digits, which is what authenticator apps use. */
function codeAt(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const number = mac.readUInt32BE((mac.at(-1) ?? 0) & 0xf) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/**
 * Whether an authenticator app shows this code now, or did or will at most `maxDelta` half minutes away.
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
