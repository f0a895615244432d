/** An event of a room, as `stream-notify-room` names it: `<rid>/<event>`. */
export interface RoomEventName {
  readonly rid: string;
  readonly event: string;
}

/** Reads a room's event; without a slash, the event is `""`. */
export function readRoomEvent(eventName: string): RoomEventName {
  const slash = eventName.lastIndexOf('/');
  if (slash === -1) return { rid: eventName, event: '' };
  return { rid: eventName.slice(0, slash), event: eventName.slice(slash + 1) };
}
