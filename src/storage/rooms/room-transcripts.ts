import type { Collection, Db } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { Room } from '../../domain/rooms/room.ts';
import type { RoomTranscripts } from '../../domain/rooms/room-transcripts.ts';
import type { WriteReporter } from '../feed/write-reporter.ts';
import { reportedUpdates } from './reported-updates.ts';

/** Requests for transcripts, in the documents of their rooms. */
export function createRoomTranscripts(db: Db, clock: Clock, reporter: WriteReporter): RoomTranscripts {
  const rooms: Collection<Room> = db.collection('rocketchat_room');
  const { update, updateFound } = reportedUpdates(rooms, clock, reporter);
  const open = (_id: string, requested: boolean) =>
    ({ _id, t: 'l', open: true, transcriptRequest: { $exists: requested } }) as const;
  const forget = { $unset: { transcriptRequest: 1 } } as const;
  return {
    request: (roomId, transcriptRequest) => updateFound(open(roomId, false), { $set: { transcriptRequest } }),
    withdraw: (roomId) => updateFound(open(roomId, true), forget),
    finish: (roomId) => update([roomId], forget, { t: 'l', open: { $ne: true } }),
  };
}
