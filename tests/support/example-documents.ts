import type { Db } from 'mongodb';
import { examplesOf, operations } from './openapi.ts';

const isDate = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

interface ExampleDocument {
  readonly _id: string;
  readonly token?: string;
  readonly rid?: string;
  readonly v?: { readonly _id: string };
}

/** The document that an operation's first example of an answer holds under a key, with dates as dates. */
function exampleDocument(operationId: string, key: string): ExampleDocument {
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
    const { _id, ...fields } = exampleDocument(operationId, key);
    const documents = db.collection<{ _id: string; [field: string]: unknown }>(`rocketchat_${collection}`);
    // What took the example's place meanwhile gives way.
    if (collection === 'livechat_visitor')
      await documents.deleteMany({ token: fields.token, _id: { $ne: _id } });
    if (collection === 'room') await documents.deleteMany({ 'v._id': fields.v?._id, _id: { $ne: _id } });
    if (collection === 'livechat_inquiry') await documents.deleteMany({ rid: fields.rid, _id: { $ne: _id } });
    await documents.replaceOne({ _id }, fields, { upsert: true });
  }
}
