import type { User, UserStore } from '../accounts/user.ts';
import type { Room, ServedBy } from '../rooms/room.ts';
import type { Visitor, VisitorStore } from '../visitors/visitor.ts';
import type { PublicId, PublicIdStore } from './public-ids.ts';
import type { VisitorRecord, VisitorRecords } from './visitor-record.ts';

/** A room with what other vendors tell along with it. */
export interface DescribedChat {
  readonly room: Room;
  readonly publicId: PublicId | undefined;
  /** What the room says of its agent, and the agent's user as far as there still is one. */
  readonly agent: (ServedBy & Partial<User>) | undefined;
  /** Absent once the visitor was deleted. */
  readonly visitor: Visitor | undefined;
  readonly record: VisitorRecord | undefined;
}

export interface DescribeChatsDeps {
  readonly publicIds: PublicIdStore;
  readonly users: UserStore;
  readonly visitorRecords: VisitorRecords;
  readonly visitors: VisitorStore;
}

/** Describes rooms, in their order; what belongs to them is looked up for all of them at once. */
export async function describeChats(
  { publicIds, users, visitorRecords, visitors }: DescribeChatsDeps,
  rooms: readonly Room[],
): Promise<DescribedChat[]> {
  const visitorIds = rooms.flatMap(({ v }) => v?._id ?? []);
  const agentIds = [...new Set(rooms.flatMap(({ servedBy }) => servedBy?._id ?? []))];
  const [ids, agents, records, found] = await Promise.all([
    publicIds.give(
      'chat',
      rooms.map(({ _id: id, ts: createdAt }) => ({ id, createdAt })),
    ),
    users.listByIds(agentIds),
    visitorRecords.listByVisitorIds(visitorIds),
    visitors.listEnabledByIds(visitorIds),
  ]);
  const agentOf = new Map(agents.map((agent) => [agent._id, agent]));
  const recordOf = new Map(records.map((record) => [record.visitorId, record]));
  const visitorOf = new Map(found.map((visitor) => [visitor._id, visitor]));
  return rooms.map((room) => ({
    room,
    publicId: ids.get(room._id),
    agent: room.servedBy && { ...room.servedBy, ...agentOf.get(room.servedBy._id) },
    visitor: visitorOf.get(room.v?._id ?? ''),
    record: recordOf.get(room.v?._id),
  }));
}
