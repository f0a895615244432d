import { createHash, randomInt } from 'node:crypto';
import { ObjectId } from 'bson';

// Meteor's alphabet: no letters or digits that are easily confused with each other.
const meteorAlphabet = '23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz';
const secretAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Generates identifiers in the forms of Rocket.Chat's; tests supply their own. */
export interface IdSource {
  /** 17 characters, for users, rooms and messages. */
  meteorId(): string;
  /**
   * 24 hexadecimal characters, for visitors, inquiries, subscriptions and system messages. They grow with time, so that
   * what is written at one time lies at one place of the database; whoever knows some can guess others.
   */
  hexId(): string;
  /** 43 URL-safe characters (256 bits), for login tokens. */
  secret(): string;
}

const randomText = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

export const randomIds: IdSource = {
  meteorId: () => randomText(meteorAlphabet, 17),
  hexId: () => new ObjectId().toHexString(),
  secret: () => randomText(secretAlphabet, 43),
};

/** No id that `hexId` makes from this second on comes before it. Ids know no time before 1970. */
export const firstHexIdAt = (at: Date): string =>
  ObjectId.createFromTime(Math.max(0, Math.floor(at.getTime() / 1_000))).toHexString();

/**
 * An id derived from the parts that identify something: whoever generates it, and however often, gets the same id. It
 * has 24 hexadecimal characters, like the ids of what Rocket.Chat's system writes.
 */
export const derivedId = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 24);
