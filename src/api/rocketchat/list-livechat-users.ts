import type { UserListFilter } from '../../domain/accounts/user.ts';
import type { Dependencies } from '../../domain/dependencies.ts';
import { mapEach } from '../../domain/paging.ts';
import { listLivechatUsers } from '../../domain/routing/livechat-users.ts';
import type { Caller } from '../../http/endpoint.ts';
import { userOf } from '../../http/user-of.ts';
import { type ListPayload, pageOfItems } from './envelope.ts';
import { presentLivechatUser } from './present-livechat-user.ts';
import { type PagingInput, pagingParams, readPage } from './validation/pagination.ts';
import { boolean, nullable, object, optional, string } from './validation/schema.ts';

const ignoredText = optional(nullable(string('queryJson')));
const flag = optional(nullable(boolean()));

/** The query of both lists. As in Rocket.Chat, parameters that do not apply to a list are accepted but not used. */
export const livechatUsersQuery = object({
  text: optional(nullable(string('searchTerm'))),
  onlyAvailable: flag,
  excludeId: optional(nullable(string('id'))),
  showIdleAgents: flag,
  ...pagingParams,
  query: ignoredText,
  fields: ignoredText,
});

export type ListLivechatUsersDeps = Pick<Dependencies, 'users' | 'access' | 'settings'>;

/** The answer of both lists: a page of agents or managers, sorted by name. */
export async function answerLivechatUsers(
  deps: ListLivechatUsersDeps,
  caller: Caller,
  filter: UserListFilter,
  paging: PagingInput,
): Promise<ListPayload> {
  const page = readPage(paging, { name: 1 }, deps.settings, caller);
  const { items, total } = await listLivechatUsers(deps, userOf(caller), filter, page);
  return pageOfItems('users', { items: mapEach(items, presentLivechatUser), total }, page);
}
