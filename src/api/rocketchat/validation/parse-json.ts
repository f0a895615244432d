/**
 * The value that a JSON text stands for.
 * @param refusal makes the error to throw for any other text, out of the JavaScript engine's own explanation.
 */
export function parseJson(text: string, refusal: (explanation: string) => Error): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refusal(error instanceof Error ? error.message : String(error));
  }
}
