import type { AccessControl } from '../accounts/access.ts';
import type { User } from '../accounts/user.ts';
import { AppError } from '../errors.ts';
import { mapBatches, type PageOf, type PageRequest } from '../paging.ts';
import type { RoutingStore } from '../routing/routing.ts';
import type { Inquiry, InquiryStore } from './inquiry.ts';
import { showRooms, type VisitorTokenDeps } from './visitor-tokens.ts';

export type ListQueueForDeps = VisitorTokenDeps & {
  readonly access: AccessControl;
  readonly inquiries: InquiryStore;
  readonly routing: RoutingStore;
};

/**
 * The chats that an agent may take: those of no department, those of their departments, or of one of these, and those
 * that ask for them.
 * @throws {AppError} `not-in-department` for a department of others.
 */
export async function listQueueFor(
  deps: ListQueueForDeps,
  user: User,
  departmentId: string | undefined,
  page: PageRequest,
): Promise<PageOf<Inquiry>> {
  const own = await deps.routing.listDepartmentIdsOfAgent(user._id);
  if (departmentId !== undefined && !own.includes(departmentId)) throw new AppError('not-in-department');
  const departmentIds = departmentId === undefined ? own : [departmentId];
  const { items, total } = await deps.inquiries.listQueuedFor({ userId: user._id, departmentIds }, page);
  return { items: mapBatches(items, (inquiries) => showRooms(deps, user, inquiries)), total };
}
