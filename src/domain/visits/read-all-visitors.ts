import type { ChatSummary } from '../rooms/chat-summary.ts';
import type { KnownVisitor, KnownVisitorsDeps } from './known-visitors.ts';

/** Somebody who was on the site, and their rooms, summed up; absent if they never had one. */
export type SummedVisitor = KnownVisitor & { readonly chats: ChatSummary | undefined };

/**
 * Everyone who was ever on the site, the latest arrivals first, read as they are consumed.
 * @param before only those with smaller numbers than this; all if absent.
 */
export async function* readAllVisitors(
  { chatSummaries, visitorRecords, visitors }: KnownVisitorsDeps,
  before: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<readonly SummedVisitor[]> {
  for await (const records of visitorRecords.readNewestFirst(before, signal)) {
    const ids = records.flatMap(({ visitorId }) => visitorId ?? []);
    const [found, chats] = await Promise.all([
      visitors.listEnabledByIds(ids),
      chatSummaries.listByVisitors(ids),
    ]);
    const byId = new Map(found.map((visitor) => [visitor._id, visitor]));
    yield records.map((record) => {
      const { visitorId = '' } = record;
      return { record, visitor: byId.get(visitorId), chats: chats.get(visitorId) };
    });
  }
}
