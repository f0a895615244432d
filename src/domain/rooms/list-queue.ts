import type { PageOf, PageRequest } from '../paging.ts';
import type { RoutingStore } from '../routing/routing.ts';
import type { InquiryStore, QueuedInquiry } from './inquiry.ts';

export interface ListQueueDeps {
  readonly inquiries: InquiryStore;
  readonly routing: RoutingStore;
}

/**
 * The chats that wait for an agent.
 * @param department its id or name; of all departments without one, and, as in Rocket.Chat, for one that does not exist.
 */
export async function listQueue(
  { inquiries, routing }: ListQueueDeps,
  department: string | undefined,
  page: PageRequest,
): Promise<PageOf<QueuedInquiry>> {
  const named = department ? await routing.findDepartmentByIdOrName(department) : null;
  return inquiries.listQueued(named?._id, page);
}
