import type { UserStore } from '../../../domain/accounts/user.ts';
import { collect } from '../../../domain/paging.ts';
import type { RoomFilter, RoomSearch } from '../../../domain/rooms/room-search.ts';
import type { Settings } from '../../../domain/settings/settings.ts';
import type { PublicIdStore } from '../../../domain/visits/public-ids.ts';
import { listEndpoint } from '../endpoint.ts';
import { pageOf } from '../paging.ts';
import { agentEmail, agentNumber, dayOf, pageNumber } from '../params.ts';
import { type ChatItemsDeps, chatItems, isMissed } from '../present-chat.ts';

type ListChatsDeps = ChatItemsDeps & { readonly roomSearch: RoomSearch; readonly settings: Settings };

/** `GET chats`: chats requested within a period, ten a page, the newest first. */
export const chats = (deps: ListChatsDeps) =>
  listEndpoint({
    operationId: 'revechat-chats',
    path: '/chats',
    input: (req) => ({
      page: pageNumber(req),
      start: dayOf(req, 'date_from', 'start'),
      end: dayOf(req, 'date_to', 'end'),
      agent: agentNumber(req),
      email: agentEmail(req),
    }),
    handle: async ({ page, start, end, agent, email }, { signal }) => {
      const agents = await agentIds(deps, agent, email);
      if (agents?.length === 0) return [];
      const filter: RoomFilter = {
        ...(agents && { agents }),
        ...((start || end) && { createdAt: { ...(start && { start }), ...(end && { end }) } }),
      };
      const order = { ...pageOf(deps.settings, page), sort: { ts: -1 }, signal } as const;
      const { items } = await deps.roomSearch.list(filter, order);
      const rooms = await collect(items);
      const presented = await chatItems(deps, rooms);
      return rooms.map((room, index) => ({ ...presented[index], is_missed: isMissed(room) }));
    },
  });

/** Whose chats are asked for; undefined if everyone's are. An agent who does not exist has none. */
async function agentIds(
  { publicIds, users }: { readonly publicIds: PublicIdStore; readonly users: UserStore },
  number: number | undefined,
  email: string | undefined,
): Promise<string[] | undefined> {
  if (number === undefined && email === undefined) return undefined;
  const byNumber = number === undefined ? undefined : await publicIds.findByNumber('agent', number);
  const byEmail =
    email === undefined ? undefined : ((await users.findWithCredentials({ email }))?._id ?? null);
  const named = [byNumber, byEmail].filter((id) => id !== undefined);
  return named.every((id) => id !== null && id === named[0])
    ? named.slice(0, 1).filter((id) => id !== null)
    : [];
}
