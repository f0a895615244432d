import type { PageOf, PageRequest } from '../paging.ts';

/** What is stored of a token: `when` of a login token, `type` and the rest of a personal access token. */
export interface StoredToken {
  /** The token's SHA-256 in base64. */
  readonly hashedToken: string;
  /** When a login token was issued; older releases wrote milliseconds. A token without it does not expire. */
  readonly when?: Date | number;
  readonly type?: string;
  /** What a personal access token is called. */
  readonly name?: string;
  readonly createdAt?: Date;
  /** Its last six characters, by which people recognise it. */
  readonly lastTokenPart?: string;
  readonly bypassTwoFactor?: boolean;
}

/** Credentials, which no answer may carry. */
export interface UserServices {
  readonly password?: { readonly bcrypt?: string };
  readonly resume?: { readonly loginTokens?: readonly StoredToken[] };
  readonly email2fa?: { readonly enabled?: boolean };
  readonly totp?: { readonly enabled?: boolean; readonly secret?: string };
}

export interface UserEmail {
  readonly address: string;
  readonly verified?: boolean;
}

/** A document of Rocket.Chat's `users`, without credentials. In old workspaces anything but `_id` may be missing. */
export interface User {
  readonly _id: string;
  readonly createdAt?: Date;
  readonly username?: string;
  readonly name?: string;
  readonly emails?: readonly UserEmail[];
  readonly phone?: readonly { readonly phoneNumber: string }[];
  /** `user`, `bot` or `app`. */
  readonly type?: string;
  readonly status?: string;
  readonly statusDefault?: string;
  readonly statusText?: string;
  readonly statusConnection?: string;
  /** For agents: `available` or `not-available`. */
  readonly statusLivechat?: string;
  readonly active?: boolean;
  /** Ids of roles; empty if the document has none. */
  readonly roles: readonly string[];
  readonly settings?: { readonly preferences?: Readonly<Record<string, unknown>> };
  readonly customFields?: Readonly<Record<string, unknown>>;
  readonly bio?: string;
  readonly nickname?: string;
  readonly utcOffset?: number;
  readonly language?: string;
  readonly lastLogin?: Date;
  /** Set for agents. */
  readonly operator?: boolean;
  readonly livechat?: Readonly<Record<string, unknown>>;
  readonly requirePasswordChange?: boolean;
  /** Rocket.Chat's rooms of which the user is a member, other than livechat's and direct messages. */
  readonly __rooms?: readonly string[];
  readonly _updatedAt?: Date;
}

/** The user's first address; `""` if they have none. */
export const firstAddressOf = (user: Pick<User, 'emails'> | undefined): string =>
  user?.emails?.[0]?.address ?? '';

/** A user with their credentials; only logging in and `me` see these. */
export interface UserWithCredentials extends User {
  readonly services: UserServices;
}

const servicesOfRocketChat: ReadonlySet<string> = new Set([
  'cloud',
  'email',
  'email2fa',
  'emailCode',
  'password',
  'passwordHistory',
  'resume',
  'totp',
]);

/**
 * Whether the user signs in through another service, such as GitHub or a directory; this is how Rocket.Chat decides
 * it.
 */
export const isOAuthUser = ({ services }: UserWithCredentials): boolean =>
  Object.keys(services).some((service) => !servicesOfRocketChat.has(service));

/** The user as stored, or what another user has already. */
export type CreateUserResult =
  | { readonly created: UserWithCredentials }
  | { readonly taken: 'id' | 'username' | 'email' };

/** What can change about a user, in one write. */
export interface UserChange {
  readonly set?: Partial<
    Pick<User, 'status' | 'statusDefault' | 'statusText' | 'statusLivechat' | 'operator' | 'livechat'>
  >;
  readonly unset?: readonly ('statusLivechat' | 'livechat')[];
  readonly addRole?: string;
  readonly removeRole?: string;
}

/** Which of the users with a role. */
export interface UserListFilter {
  readonly role: string;
  /** Part of the name, user name or an address, in any case. */
  readonly text?: string | undefined;
  /** Only agents who accept chats. */
  readonly onlyAvailable?: boolean;
  readonly excludeId?: string | undefined;
  /** Without users who are offline; bots count as online. */
  readonly withoutIdle?: boolean;
}

/** Rocket.Chat's `users`. */
export interface UserStore {
  findById(id: string): Promise<User | null>;
  /** Those of the users with these ids who exist, in any order. */
  listByIds(ids: readonly string[]): Promise<User[]>;
  findByUsername(username: string): Promise<User | null>;
  findWithCredentials(by: UserQuery): Promise<UserWithCredentials | null>;
  /** Whether anyone has the role. */
  isRoleUsed(role: string): Promise<boolean>;
  listByRole(filter: UserListFilter, page: PageRequest): Promise<PageOf<User>>;
  /**
   * One atomic write. If the name, in any case, or the address is in use, nothing is written. The user gets another
   * `_id` if another request has tried to create one with this name.
   */
  create(user: UserWithCredentials): Promise<CreateUserResult>;
  change(id: string, change: UserChange, at: Date): Promise<void>;
  /** Their name is free at once. */
  delete(id: string): Promise<void>;
  /** Adds a login token and records the time of the login. */
  addLoginToken(id: string, token: StoredToken, at: Date): Promise<void>;
  /** Adds a personal access token; false if the user has one of that name, or too many. */
  addPersonalAccessToken(id: string, token: StoredToken & { readonly name: string }): Promise<boolean>;
  /** Replaces a personal access token by another, in its place; false if the user does not have it any more. */
  replacePersonalAccessToken(id: string, hashedToken: string, by: StoredToken): Promise<boolean>;
  /** False if the user has no personal access token of that name. */
  removePersonalAccessToken(id: string, name: string): Promise<boolean>;
  removeToken(id: string, hashedToken: string): Promise<void>;
  /** Removes login tokens issued before the date; personal access tokens stay. */
  removeLoginTokensBefore(id: string, moment: Date): Promise<void>;
}

/** One way to identify a user; each has an index. */
export type UserQuery =
  | { readonly id: string }
  | { readonly username: string }
  | { readonly email: string }
  | { readonly hashedToken: string };
