import type { Collection, Db, UpdateFilter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { Room } from '../../domain/rooms/room.ts';
import type { RoomDetails, RoomNotes } from '../../domain/rooms/room-details.ts';
import type { WriteReporter } from '../feed/write-reporter.ts';
import { withoutEmpty } from '../mongodb/without-empty.ts';
import { reportedUpdates } from './reported-updates.ts';

/** What is noted about livechat rooms, in their documents. */
export function createRoomDetails(db: Db, clock: Clock, reporter: WriteReporter): RoomDetails {
  const rooms: Collection<Room> = db.collection('rocketchat_room');
  const { updateFound } = reportedUpdates(rooms, clock, reporter);
  const only = (_id: string) => ({ _id, t: 'l' }) as const;
  return {
    saveNotes: (roomId, notes) => updateFound(only(roomId), changeOf(notes)),
    saveSurvey: (roomId, surveyFeedback) => updateFound(only(roomId), { $set: { surveyFeedback } }),
    setCallStatus: (roomId, callStatus) => updateFound(only(roomId), { $set: { callStatus } }),
    countUser: (roomId) => updateFound(only(roomId), { $inc: { usersCount: 1 } }),
  };
}

/** As in Rocket.Chat, what is empty is not stored. */
function changeOf({ topic, tags, livechatData = {} }: RoomNotes): UpdateFilter<Room> {
  const fields = Object.entries(livechatData).map(([id, value]) => [`livechatData.${id}`, value] as const);
  const all = [
    ...(topic === undefined ? [] : [['topic', topic] as const]),
    ...(tags === undefined ? [] : [['tags', tags] as const]),
    ...fields,
  ];
  return withoutEmpty({
    $set: Object.fromEntries(all.filter(([, value]) => value.length > 0)),
    $unset: Object.fromEntries(all.filter(([, value]) => value.length === 0).map(([name]) => [name, 1])),
  });
}
