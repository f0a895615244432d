/** What somebody is doing in a room, kept for a minute in `foyer_typing` so that all instances tell their clients. */
export interface Typing {
  /** Derived from the room and the person: each has one. */
  readonly _id: string;
  readonly rid: string;
  /** The `_id` of the visitor or user. */
  readonly personId: string;
  /** As others know them: the username. */
  readonly name: string;
  /** Rocket.Chat's names: `user-typing`, `user-recording`, `user-uploading`; empty once they have stopped. */
  readonly activities: readonly string[];
  readonly _updatedAt?: Date;
}

/** What is kept about it; written often, and of no use after a minute. */
export interface TypingStore {
  set(typing: Typing): Promise<void>;
}

/** Rocket.Chat's name for writing text. */
export const userTyping = 'user-typing';
