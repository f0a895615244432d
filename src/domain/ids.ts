import { randomBytes, randomInt } from 'node:crypto';

// Meteor's alphabet: no letters or digits that are easily mistaken for one another.
const meteorAlphabet = '23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz';
const secretAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Makes identifiers in the forms that Rocket.Chat gives its documents; tests give one of their own. */
export interface IdSource {
  /** 17 characters, for users, rooms and messages. */
  meteorId(): string;
  /** 24 hexadecimal characters, for visitors, inquiries, subscriptions and system messages. */
  hexId(): string;
  /** 43 URL-safe characters (256 bits), for login tokens. */
  secret(): string;
}

const randomText = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

export const randomIds: IdSource = {
  meteorId: () => randomText(meteorAlphabet, 17),
  hexId: () => randomBytes(12).toString('hex'),
  secret: () => randomText(secretAlphabet, 43),
};
