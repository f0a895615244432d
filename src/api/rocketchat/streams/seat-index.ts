/** A user's seat in a room; the id is that of Rocket.Chat's subscription document. */
export interface Seat {
  readonly id: string;
  readonly userId: string;
  readonly rid: string;
}

/** The seats of the users who are on this instance's sockets. */
export class SeatIndex {
  readonly #byId = new Map<string, Seat>();
  readonly #byRoom = new Map<string, Set<Seat>>();

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  add(seat: Seat): void {
    this.remove(seat.id);
    this.#byId.set(seat.id, seat);
    this.#byRoom.set(seat.rid, (this.#byRoom.get(seat.rid) ?? new Set()).add(seat));
  }

  /** @returns the seat, if it was known. */
  remove(id: string): Seat | undefined {
    const seat = this.#byId.get(id);
    if (seat === undefined) return undefined;
    this.#byId.delete(id);
    const inRoom = this.#byRoom.get(seat.rid);
    inRoom?.delete(seat);
    if (inRoom?.size === 0) this.#byRoom.delete(seat.rid);
    return seat;
  }

  /** Forgets all of a user's seats. */
  removeUser(userId: string): void {
    for (const seat of [...this.#byId.values()]) if (seat.userId === userId) this.remove(seat.id);
  }

  in(rid: string): Iterable<Seat> {
    return this.#byRoom.get(rid) ?? [];
  }
}
