import { derivedId } from '../../../domain/ids.ts';
import { type TypingStore, userTyping } from '../../../domain/rooms/typing.ts';
import { readRoomEvent } from '../streams/room-event.ts';
import { any, nullable, openObject, optional, string } from '../validation/schema.ts';
import { MethodError, method, socketOf } from './method.ts';

export interface NotifyRoomDeps {
  readonly typing: TypingStore;
}

const mostActivities = 10;

/**
 * `stream-notify-room`: tells the others in a room that somebody is typing, by `<rid>/typing` and a boolean or, as
 * newer clients do, by `<rid>/user-activity` and a list. The name is the client's own, whatever it sends. Other events
 * reach nobody.
 */
export const streamNotifyRoom = ({ typing }: NotifyRoomDeps) =>
  method({
    name: 'stream-notify-room',
    access: { kind: 'public' },
    parameters: [
      string('id'),
      any('username'),
      any('word'),
      nullable(openObject({ token: optional(string('token')) })),
    ],
    handle: async ([eventName, _name, given, extra], caller) => {
      const { rid, event } = readRoomEvent(eventName);
      const viewer = await socketOf(caller).viewerOf(rid, extra?.token);
      const activities = activitiesIn(event, given);
      if (activities === undefined || viewer.name === '') return;
      const { _id: personId, name } = viewer;
      await typing.set({ _id: derivedId(rid, personId), rid, personId, name, activities });
    },
  });

/** What the client says that they are doing; undefined for an event of another kind. */
function activitiesIn(event: string, given: unknown): string[] | undefined {
  if (event === 'typing') return given === true ? [userTyping] : [];
  if (event !== 'user-activity') return undefined;
  const isList = Array.isArray(given) && given.length <= mostActivities;
  if (!isList || !given.every((each) => typeof each === 'string'))
    throw new MethodError('error-invalid-params', 'Activities are a list of names');
  return given;
}
