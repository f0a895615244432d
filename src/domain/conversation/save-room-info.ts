import type { User } from '../accounts/user.ts';
import type { Clock } from '../clock.ts';
import { checkValues } from '../custom-fields/check-value.ts';
import type { CustomFieldScope, CustomFieldStore } from '../custom-fields/custom-field.ts';
import { AppError } from '../errors.ts';
import { type RenameRoomsDeps, renameRooms } from '../rooms/rename-rooms.ts';
import type { Room } from '../rooms/room.ts';
import type { RoomAccessDeps } from '../rooms/room-access.ts';
import type { RoomDetails, RoomNotes } from '../rooms/room-details.ts';
import type { TellOfSession } from '../rooms/session-event.ts';
import type { VisitorChange, VisitorStore } from '../visitors/visitor.ts';

export type SaveRoomInfoDeps = RenameRoomsDeps &
  RoomAccessDeps & {
    readonly clock: Clock;
    readonly customFields: CustomFieldStore;
    readonly roomDetails: RoomDetails;
    readonly tellOfSession: TellOfSession;
    readonly visitors: VisitorStore;
  };

/** What an agent enters about the visitor; what is absent or blank stays as it is. */
export interface GuestInfo {
  readonly _id: string;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly livechatData?: Readonly<Record<string, string>> | undefined;
}

/** What an agent enters about the room. */
export type RoomInfo = RoomNotes & { readonly _id: string };

/**
 * Saves what an agent enters about a room and its visitor. Custom fields are saved for those who may edit them.
 * @throws {AppError} `invalid-room`, `not-allowed` for a room that somebody else serves, `error-invalid-visitor` for
 *   one who is not the room's or is deleted, `error-invalid-custom-field-value`.
 */
export async function saveRoomInfo(
  deps: SaveRoomInfoDeps,
  user: User,
  guest: GuestInfo,
  info: RoomInfo,
): Promise<void> {
  const room = await deps.rooms.findById(info._id);
  if (room === null) throw new AppError('invalid-room');
  const isTheirs = room.servedBy?._id === user._id;
  if (!isTheirs && !deps.access.hasPermission(user, 'save-others-livechat-room-info'))
    throw new AppError('not-allowed');
  if (room.v?._id !== guest._id) throw new AppError('error-invalid-visitor');
  const mayEditFields = deps.access.hasPermission(user, 'edit-livechat-room-customfields');
  // Everything is checked before anything is saved.
  const ofVisitor = mayEditFields ? await readFields(deps, 'visitor', guest.livechatData) : {};
  const ofRoom = mayEditFields ? await readFields(deps, 'room', info.livechatData) : {};
  await saveGuest(deps, guest, ofVisitor);
  const { topic, tags } = info;
  await deps.roomDetails.saveNotes(room._id, { topic: topic?.trim(), tags, livechatData: ofRoom });
  if (guest.name?.trim()) await renameRooms(deps, [room._id], guest.name.trim());
  await tellOfEdit(deps, room);
}

async function saveGuest(
  { visitors }: SaveRoomInfoDeps,
  { _id, name, email, phone }: GuestInfo,
  fields: Readonly<Record<string, string>>,
): Promise<void> {
  const visitor = await visitors.findEnabledById(_id);
  if (visitor?.token === undefined) throw new AppError('error-invalid-visitor');
  const change: VisitorChange = {
    ...(name?.trim() ? { name: name.trim() } : {}),
    ...(email?.trim() ? { visitorEmails: [{ address: email.trim().toLowerCase() }] } : {}),
    ...(phone?.trim() ? { phone: [{ phoneNumber: phone.trim() }] } : {}),
  };
  if (Object.keys(change).length > 0)
    await visitors.update(_id, { kind: 'token', value: visitor.token }, change);
  if (Object.keys(fields).length > 0) await visitors.setCustomFields(_id, { always: fields, ifAbsent: {} });
}

/** The given values of the fields that there are, trimmed. A blank one is not held against the field's pattern. */
async function readFields(
  { customFields }: SaveRoomInfoDeps,
  scope: CustomFieldScope,
  given: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  if (Object.keys(given).length === 0) return {};
  const fields = (await customFields.listByScope(scope)).filter(({ _id }) => Object.hasOwn(given, _id));
  const values = fields.map((field) => ({ field, value: (given[field._id] ?? '').trim() }));
  checkValues(
    values.filter(({ value }) => value !== ''),
    ({ label }) => label,
  );
  return Object.fromEntries(values.map(({ field, value }) => [field._id, value]));
}

/** As in Rocket.Chat, integrators are told of what is entered once the conversation is over. */
async function tellOfEdit({ clock, tellOfSession }: SaveRoomInfoDeps, room: Room): Promise<void> {
  if (!room.open) await tellOfSession({ type: 'LivechatEdit', subjectId: room._id, at: clock() });
}
