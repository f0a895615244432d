import type { Db } from 'mongodb';
import { examplesOf, operations } from './openapi.ts';

const isDate = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** The document that an operation's first example of an answer holds under a key, with dates as dates. */
function exampleDocument(operationId: string, key: string): { _id: string } {
  const operation = operations.find(({ id }) => id === operationId);
  const answer = operation?.answers.find(({ status }) => status === 200);
  const [example] = answer ? examplesOf(answer.mediaType) : [];
  const text = JSON.stringify((example as Record<string, unknown> | undefined)?.[key]);
  if (text === undefined) throw new Error(`${operationId} has no example with ${key}`);
  return JSON.parse(text, (_, value) =>
    typeof value === 'string' && isDate.test(value) ? new Date(value) : value,
  );
}

const stored = [
  ['livechat_visitor', 'livechat-visitor', 'visitor'],
  ['room', 'livechat-room', 'room'],
  ['message', 'livechat-message', 'message'],
  ['livechat_inquiry', 'livechat-inquiries-get-one', 'inquiry'],
  ['livechat_custom_field', 'livechat-custom-fields-save', 'customField'],
  ['livechat_department', 'livechat-department-create', 'department'],
] as const;

/** Stores the visitor, room, message and so on that openapi.yaml's examples speak of, as they stand there. */
export async function storeExamples(db: Db): Promise<void> {
  for (const [collection, operationId, key] of stored) {
    const document = exampleDocument(operationId, key);
    const { _id, ...fields } = document;
    await db
      .collection<{ _id: string }>(`rocketchat_${collection}`)
      .replaceOne({ _id }, fields, { upsert: true });
  }
}
