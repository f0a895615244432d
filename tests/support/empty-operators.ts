import type { Document, MongoClient } from 'mongodb';

/** Collects the updates of a client that MongoDB 4.4 would refuse, since they have operators without a field. */
export function collectEmptyOperators(client: MongoClient): readonly unknown[] {
  const refused: unknown[] = [];
  client.on('commandStarted', ({ command }) => {
    const updates = [command.update, ...(command.updates ?? []).map(({ u }: { u: unknown }) => u)];
    refused.push(...updates.filter(hasEmptyOperator));
  });
  return refused;
}

/** A replacement and the stages of a pipeline are no operators. */
const hasEmptyOperator = (update: unknown): boolean =>
  typeof update === 'object' &&
  !Array.isArray(update) &&
  Object.entries((update ?? {}) as Document).some(
    ([name, fields]) =>
      name.startsWith('$') && Object.values(fields).every((value: unknown) => value === undefined),
  );
