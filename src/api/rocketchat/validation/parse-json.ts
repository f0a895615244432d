import { parseShallowJson } from '../../../domain/text/shallow-json.ts';

/**
 * The value that a JSON text stands for.
 * @param refusal makes the error to throw for any other text, out of an explanation, for nearly all texts the
 *   JavaScript engine's own.
 */
export function parseJson(text: string, refusal: (explanation: string) => Error): unknown {
  try {
    return parseShallowJson(text);
  } catch (error) {
    throw refusal(error instanceof Error ? error.message : String(error));
  }
}
