import type { User, UserWithCredentials } from '../../domain/user.ts';

/** Where a user's picture is, in Rocket.Chat's form. */
export const avatarUrl = (rootUrl: string, username: string): string =>
  `${rootUrl}/avatar/${encodeURIComponent(username)}`;

/** A user as he sees himself: the fields of `login` and `me`. */
export function presentMe(user: User, rootUrl: string) {
  const { _id, emails, username, settings } = user;
  return {
    _id,
    name: user.name,
    emails,
    status: user.status,
    statusConnection: user.statusConnection,
    username,
    utcOffset: user.utcOffset,
    active: user.active,
    roles: user.roles,
    nickname: user.nickname,
    statusDefault: user.statusDefault,
    statusText: user.statusText,
    bio: user.bio,
    language: user.language,
    customFields: user.customFields,
    requirePasswordChange: user.requirePasswordChange,
    statusLivechat: user.statusLivechat,
    _updatedAt: user._updatedAt,
    settings: { profile: {}, preferences: settings?.preferences ?? {} },
    email: emails?.find(({ verified }) => verified)?.address,
    avatarUrl: username === undefined ? undefined : avatarUrl(rootUrl, username),
  };
}

/** Which kinds of credentials a user has, never what they are. */
export const presentServices = ({ services }: UserWithCredentials): object => ({
  password: { exists: services.password?.bcrypt !== undefined },
  email2fa: services.email2fa && { enabled: services.email2fa.enabled === true },
  totp: services.totp && { enabled: services.totp.enabled === true },
});
