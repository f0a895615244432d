import type { PageOf, PageRequest } from '../paging.ts';
import type { RoutingStore } from '../routing/routing.ts';
import type { InquiryStore, QueuedInquiry } from './inquiry.ts';

export interface ListQueueDeps {
  readonly inquiries: InquiryStore;
  readonly routing: RoutingStore;
}

/**
 * The chats that are waiting for an agent.
 * @param department its id or name; without one, or as in Rocket.Chat with an unknown one, the chats of all
 *   departments.
 */
export async function listQueue(
  { inquiries, routing }: ListQueueDeps,
  department: string | undefined,
  page: PageRequest,
): Promise<PageOf<QueuedInquiry>> {
  const named = department ? await routing.findDepartmentByIdOrName(department) : null;
  return inquiries.listQueued(named?._id, page);
}
