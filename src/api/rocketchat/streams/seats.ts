import type { AccessControl } from '../../../domain/accounts/access.ts';
import { AppError } from '../../../domain/errors.ts';
import type { DomainEvent, EventSource } from '../../../domain/events.ts';
import type { Message } from '../../../domain/messages/message.ts';
import type { Room, RoomStore } from '../../../domain/rooms/room.ts';
import { seesRooms } from '../../../domain/rooms/room-access.ts';
import type { Subscription, SubscriptionStore } from '../../../domain/rooms/subscription.ts';
import type { Settings } from '../../../domain/settings/settings.ts';
import { clientsOf, restartAll } from './clients-of.ts';
import { SeatIndex } from './seat-index.ts';
import { isShown } from './shown-message.ts';
import type { OpenSubscription, StreamRequest } from './stream.ts';

export interface SeatsDeps {
  readonly access: AccessControl;
  readonly events: EventSource;
  readonly rooms: Pick<RoomStore, 'findById'>;
  readonly settings: Settings;
  readonly subscriptions: SubscriptionStore;
}

/** What a user wants to be told about the rooms that they have a seat in. */
export type SeatTopic = 'my-messages' | 'rooms-changed' | 'subscriptions-changed';

/** More rooms than anybody serves at a time. */
const mostSeats = 1_000;

/** Tells users of the rooms in which they have seats, which is what Rocket.Chat's subscriptions are. */
export class Seats {
  readonly #deps: SeatsDeps;
  /** What each user's clients have asked for. */
  readonly #wishes = new Map<string, Map<StreamRequest, SeatTopic>>();
  readonly #seats = new SeatIndex();

  constructor(deps: SeatsDeps) {
    this.#deps = deps;
    deps.events.listen({
      name: 'seats on sockets',
      subjects: ['message', 'room', 'subscription'],
      receive: (event) => this.#receive(event),
    });
  }

  /**
   * Has the client's user told of one thing about their rooms.
   * @throws {AppError} `not-allowed` if nobody is logged in.
   */
  async watch(request: StreamRequest, topic: SeatTopic): Promise<OpenSubscription> {
    const userId = request.client.user?._id;
    if (userId === undefined) throw new AppError('not-allowed');
    const wishes = this.#wishes.get(userId) ?? new Map<StreamRequest, SeatTopic>();
    this.#wishes.set(userId, wishes.set(request, topic));
    const stop = () => {
      wishes.delete(request);
      if (wishes.size > 0 || this.#wishes.get(userId) !== wishes) return;
      this.#wishes.delete(userId);
      this.#seats.removeUser(userId);
    };
    try {
      await this.#readSeats(userId);
    } catch (error) {
      stop();
      throw error;
    }
    return { stop, isStillAllowed: () => request.client.user?._id === userId };
  }

  /** What is announced meanwhile is known already. */
  async #readSeats(userId: string): Promise<void> {
    const seats = await this.#deps.subscriptions.listByUser(userId, mostSeats);
    if (this.#wishes.has(userId)) for (const { _id: id, rid } of seats) this.#seats.add({ id, userId, rid });
  }

  #receive(event: DomainEvent): void {
    if (event.kind === 'missed') {
      for (const wishes of this.#wishes.values()) restartAll(clientsOf(wishes.keys()));
    } else if (event.kind === 'removed') {
      if (event.subject === 'subscription') this.#seatRemoved(event.id);
    } else if (event.subject === 'subscription') this.#seatChanged(event.document);
    else if (event.subject === 'room') this.#roomChanged(event.document);
    else if (event.subject === 'message') this.#said(event.document);
  }

  #seatChanged(seat: Subscription): void {
    const { _id: id, rid, u } = seat;
    if (!this.#wishes.has(u._id)) return;
    const kind = this.#seats.has(id) ? 'updated' : 'inserted';
    this.#seats.add({ id, userId: u._id, rid });
    this.#notifyUser(u._id, 'subscriptions-changed', [kind, seat]);
    if (kind === 'inserted') void this.#roomGained(u._id, rid);
  }

  /** As in Rocket.Chat, whoever gains a seat is told of the room, too: it may not change for a while. */
  async #roomGained(userId: string, rid: string): Promise<void> {
    if (!this.#wants(userId, 'rooms-changed')) return;
    const room = await this.#deps.rooms.findById(rid).catch(() => null);
    if (room !== null) this.#notifyUser(userId, 'rooms-changed', ['inserted', room]);
  }

  #seatRemoved(id: string): void {
    const seat = this.#seats.remove(id);
    if (seat === undefined) return;
    const { rid, userId } = seat;
    this.#notifyUser(userId, 'subscriptions-changed', ['removed', { _id: id, rid, u: { _id: userId } }]);
  }

  #roomChanged(room: Room): void {
    for (const { userId } of this.#seats.in(room._id))
      this.#notifyUser(userId, 'rooms-changed', ['updated', room]);
  }

  #said(message: Message): void {
    if (!isShown(message, this.#deps.settings)) return;
    const args = [message, { roomParticipant: true, roomType: 'l' }];
    for (const { userId } of this.#seats.in(message.rid))
      this.#tell(userId, 'my-messages', 'stream-room-messages', '__my_messages__', args);
  }

  #notifyUser(userId: string, topic: SeatTopic, args: readonly unknown[]): void {
    this.#tell(userId, topic, 'stream-notify-user', `${userId}/${topic}`, args);
  }

  #wants(userId: string, topic: SeatTopic): boolean {
    return [...(this.#wishes.get(userId)?.values() ?? [])].includes(topic);
  }

  /** Sends an event once to each of the user's clients that wants it, as long as they are an agent. */
  #tell(userId: string, topic: SeatTopic, stream: string, eventName: string, args: readonly unknown[]): void {
    const wishes = [...(this.#wishes.get(userId) ?? [])].filter(([, wish]) => wish === topic);
    for (const { connection, user } of clientsOf(wishes.map(([request]) => request)))
      if (user && seesRooms(this.#deps, user)) connection.publish(stream, eventName, args);
  }
}
