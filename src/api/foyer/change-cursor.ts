import type { ChangeCursor } from '../../domain/conversation/read-changes.ts';
import { cursorOf, partsOfCursor } from './cursor.ts';
import { Problem } from './problem.ts';

/** Writes a place among changes as a text. */
export const textOfCursor = ({ visitors, messages, details }: ChangeCursor): string =>
  cursorOf(...[visitors, messages, details].flatMap(({ at, id }) => [at.getTime(), id]));

/** @throws {Problem} 400 if the text, which came in this field, is no such place. */
export function cursorIn(
  text: string,
  from: { readonly in: 'query' | 'header'; readonly field: string },
): ChangeCursor {
  const parts = partsOfCursor(text) ?? [];
  const [visitors, messages, details] = [0, 2, 4].map((first) => place(parts[first], parts[first + 1]));
  if (visitors && messages && details) return { visitors, messages, details };
  const message = 'is not from an earlier answer';
  throw new Problem(400, 'invalid-input', { errors: [{ ...from, message }] });
}

function place(at: unknown, id: unknown): ChangeCursor['visitors'] | undefined {
  const isPlace = Number.isInteger(at) && Math.abs(Number(at)) <= 8.64e15 && typeof id === 'string';
  return isPlace ? { at: new Date(Number(at)), id } : undefined;
}
