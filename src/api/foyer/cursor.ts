import { parseBoundedJson } from '../../domain/text/bounded-json.ts';

/** Writes a place in a list as a text that clients hand back as it is. */
export const cursorOf = (...parts: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url');

/** The parts of a place; null for a text that is none. */
export function partsOfCursor(text: string): readonly (string | number)[] | null {
  try {
    const parts = parseBoundedJson(Buffer.from(text, 'base64url').toString());
    const isPlace = Array.isArray(parts) && parts.every((part) => ['string', 'number'].includes(typeof part));
    return isPlace ? parts : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
