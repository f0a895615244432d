import { type SaveRoomInfoDeps, saveRoomInfo } from '../../../domain/conversation/save-room-info.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { meteorError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { isPlainObject } from '../validation/plain-object.ts';
import { any, arrayOf, nullable, object, optional, string } from '../validation/schema.ts';

const guestData = object({
  _id: string('id'),
  name: optional(nullable(string('name'))),
  email: optional(nullable(string('email'))),
  phone: optional(nullable(string('phone'))),
  livechatData: optional(any('fieldValue')),
});
const roomData = object({
  _id: string('id'),
  topic: optional(nullable(string('message'))),
  tags: optional(nullable(arrayOf(string('id')))),
  livechatData: optional(any('fieldValue')),
  priorityId: optional(nullable(string('id'))),
  slaId: optional(nullable(string('id'))),
});

const accepted = params('legacy', { body: object({ guestData, roomData }) });

/**
 * `POST livechat/room.saveInfo`: an agent saves what they know about a room and its visitor. Priorities and service
 * levels, which need a licence, are ignored.
 */
export const livechatRoomSaveInfo = (deps: SaveRoomInfoDeps) =>
  endpoint({
    operationId: 'livechat-room-save-info',
    method: 'post',
    path: '/livechat/room.saveInfo',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ guestData: guest, roomData: room }, caller) => {
      const { _id: guestId, name, email, phone } = guest;
      const about = {
        _id: guestId,
        name: name ?? undefined,
        email: email ?? undefined,
        phone: phone ?? undefined,
        livechatData: readFields(guest.livechatData),
      };
      const notes = {
        _id: room._id,
        topic: room.topic ?? undefined,
        tags: room.tags ?? undefined,
        livechatData: readFields(room.livechatData),
      };
      await saveRoomInfo(deps, userOf(caller), about, notes);
      return {};
    },
  });

/** Values by field; what is no text is ignored. */
function readFields(given: unknown): Record<string, string> | undefined {
  if (given === undefined || given === null) return undefined;
  if (!isPlainObject(given)) throw meteorError('invalid-params', 'must be object');
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
