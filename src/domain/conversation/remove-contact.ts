import { visitorsOf } from '../contacts/contact.ts';
import type { ContactBook } from '../contacts/contact-book.ts';
import type { Jobs } from '../jobs.ts';
import type { RoomStore } from '../rooms/room.ts';
import type { Settings } from '../settings/settings.ts';
import { getContact } from './edit-contact.ts';
import { refuseOpenRooms } from './remove-visitor.ts';

export interface RemoveContactDeps {
  readonly contactBook: ContactBook;
  readonly jobs: Jobs;
  readonly rooms: RoomStore;
  readonly settings: Settings;
}

/**
 * Forgets a contact and all visitors who write as them, as `removeVisitor` does.
 * @throws {AppError} `error-contact-not-found`; `visitor-has-open-rooms` if one is open, unless the setting for data
 *   protection allows it.
 */
export async function removeContact(deps: RemoveContactDeps, id: string): Promise<void> {
  const visitorIds = visitorsOf(await getContact(deps, id));
  await refuseOpenRooms(deps, visitorIds);
  const [visitorId] = visitorIds;
  // Whoever forgets one visitor of a contact forgets all of them, and the contact.
  if (visitorId === undefined) await deps.contactBook.disable(id);
  else await deps.jobs.run('remove-visitor', visitorId);
}
