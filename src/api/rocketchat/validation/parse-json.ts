import { parseBoundedJson } from '../../../domain/text/bounded-json.ts';

/**
 * The value that a JSON text stands for.
 * @param refusal makes the error to throw for any other text, out of an explanation, for nearly all texts the
 *   JavaScript engine's own.
 */
export function parseJson(text: string, refusal: (explanation: string) => Error): unknown {
  try {
    return parseBoundedJson(text);
  } catch (error) {
    throw refusal(error instanceof Error ? error.message : String(error));
  }
}
