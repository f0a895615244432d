import { createHash, randomBytes } from 'node:crypto';
import { hashSync } from 'bcrypt';
import type { Document } from 'mongodb';

/** The hex SHA-256 of a text, which clients may send in place of a password. */
export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The form in which Rocket.Chat stores a token. */
export const storedTokenHash = (token: string): string => createHash('sha256').update(token).digest('base64');

/** A document of Rocket.Chat's `users` as Rocket.Chat writes it; the password is the user's name. */
export function rocketChatUser(username: string, more: Document = {}): Document & { readonly _id: string } {
  const { services, ...rest } = more;
  return {
    _id: `${username.slice(0, 4)}${randomBytes(7).toString('hex')}`.slice(0, 17),
    createdAt: new Date('2019-05-04T03:02:01Z'),
    services: {
      // A low cost: the hash carries its own, and tests are in a hurry.
      password: { bcrypt: hashSync(sha256Hex(username), 4) },
      email2fa: { enabled: false, changedAt: new Date('2019-05-04T03:02:01Z') },
      ...services,
    },
    username,
    emails: [{ address: `${username}@example.org`, verified: true }],
    type: 'user',
    status: 'offline',
    active: true,
    roles: ['user'],
    name: username,
    utcOffset: 1,
    _updatedAt: new Date('2019-05-04T03:02:01Z'),
    ...rest,
  };
}

/** Stores users as a Rocket.Chat beside the service would. */
export async function storeUsers(
  db: { collection(name: string): { insertMany(documents: Document[]): Promise<unknown> } },
  ...users: (Document & { readonly _id: string })[]
): Promise<void> {
  await db.collection('users').insertMany(users);
}

/** Stores a user with a personal access token, and gives the headers for it. */
export async function insertUser(
  { db }: { readonly db: Parameters<typeof storeUsers>[0] },
  given: Document = {},
): Promise<{ readonly userId: string; readonly authToken: string; readonly username: string }> {
  const username = `user-${randomBytes(6).toString('hex')}`;
  const authToken = randomBytes(32).toString('base64url');
  const token = {
    hashedToken: storedTokenHash(authToken),
    type: 'personalAccessToken',
    createdAt: new Date(),
  };
  const user = rocketChatUser(username, { services: { resume: { loginTokens: [token] } }, ...given });
  await storeUsers(db, user);
  return { userId: user._id, authToken, username };
}
