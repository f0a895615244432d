import type { User } from '../accounts/user.ts';
import { visitorsOf } from '../contacts/contact.ts';
import type { ContactBook } from '../contacts/contact-book.ts';
import { mapBatches, type PageOf, type PageRequest } from '../paging.ts';
import { type RoomAccessDeps, readableClosedRoomsOf } from '../rooms/room-access.ts';
import type { ContactChat, RoomSearch } from '../rooms/room-search.ts';
import { showRooms, type VisitorTokenDeps } from '../rooms/visitor-tokens.ts';
import { getContact } from './edit-contact.ts';

export type ContactHistoryDeps = RoomAccessDeps &
  VisitorTokenDeps & { readonly contactBook: ContactBook; readonly roomSearch: RoomSearch };

/**
 * The closed rooms of a contact that the user may read.
 * @param source a part of the type or alias of where they came from.
 * @throws {AppError} `error-contact-not-found`
 */
export async function listContactHistory(
  deps: ContactHistoryDeps,
  user: User,
  { contactId, source }: { readonly contactId: string; readonly source: string | undefined },
  page: PageRequest,
): Promise<PageOf<ContactChat>> {
  const contact = await getContact(deps, contactId);
  const readable = await readableClosedRoomsOf(deps, user);
  const rooms = { contactId, visitorIds: visitorsOf(contact), readable, source };
  const { items, total } = await deps.roomSearch.listOfContact(rooms, page);
  return { items: mapBatches(items, (batch) => showRooms(deps, user, batch)), total };
}
