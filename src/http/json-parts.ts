/** The parts of a JSON object some of whose members are lists that are read while they are sent, in batches. */
export async function* jsonParts(members: object): AsyncGenerator<string> {
  let before = '{';
  for (const [name, value] of Object.entries(members)) {
    yield `${before}${JSON.stringify(name)}:`;
    before = ',';
    if (isListed(value)) yield* listParts(value);
    else yield JSON.stringify(value ?? null);
  }
  yield before === '{' ? '{}' : '}';
}

const isListed = (value: unknown): value is AsyncIterable<readonly unknown[]> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

async function* listParts(batches: AsyncIterable<readonly unknown[]>): AsyncGenerator<string> {
  let before = '[';
  for await (const batch of batches) {
    for (const item of batch) {
      yield `${before}${JSON.stringify(item)}`;
      before = ',';
    }
  }
  yield before === '[' ? '[]' : ']';
}
