import type { ContactStore } from '../contacts/contact.ts';
import type { JobRun } from '../jobs.ts';
import type { MessageStore } from '../messages/message.ts';
import type { InquiryStore } from '../rooms/inquiry.ts';
import type { RoomStore } from '../rooms/room.ts';
import type { SubscriptionStore } from '../rooms/subscription.ts';
import type { FurtherTokenStore } from '../visitors/further-tokens.ts';
import type { VisitorStore } from '../visitors/visitor.ts';

export interface MergeVisitorDeps {
  readonly contacts: ContactStore;
  readonly furtherTokens: FurtherTokenStore;
  readonly inquiries: InquiryStore;
  readonly messages: MessageStore;
  readonly rooms: RoomStore;
  readonly subscriptions: SubscriptionStore;
  readonly visitors: VisitorStore;
}

/** So many rooms take a second or two, unless they are unusually long. */
const roomsAtATime = 100;

/**
 * The job: merges a visitor into the one whom their first token is to act for. Conversations, contacts and tokens
 * become that visitor's; what else was known of them is forgotten. Their own document goes last, since until then the
 * token acts for them, and tells a repeated run where everything belongs.
 */
export async function mergeVisitor(deps: MergeVisitorDeps, run: JobRun): Promise<void> {
  const { contacts, furtherTokens, inquiries, messages, rooms, subscriptions, visitors } = deps;
  const { subjectId: fromId } = run;
  const token = (await visitors.findEnabledById(fromId))?.token;
  const toId = token === undefined ? null : await furtherTokens.find(token);
  if (toId === null || toId === fromId) return;
  for (;;) {
    const ids = await rooms.listIdsByVisitor(fromId, roomsAtATime);
    if (ids.length === 0) break;
    await Promise.all([
      inquiries.setVisitor(ids, toId),
      messages.setVisitor(ids, fromId, toId),
      subscriptions.setVisitor(ids, toId),
    ]);
    await rooms.setVisitor(ids, toId);
    await run.report({ rooms: ids.length });
  }
  await contacts.setVisitor(fromId, toId);
  await furtherTokens.move(fromId, toId);
  await visitors.disable(fromId);
}
