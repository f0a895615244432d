import type { User } from '../../domain/user.ts';

/** Where a user's picture is, in Rocket.Chat's form. */
export const avatarUrl = (rootUrl: string, username: string): string =>
  `${rootUrl}/avatar/${encodeURIComponent(username)}`;

/** A user as he sees himself: the fields of `login` and `me`. */
export function presentMe(user: User, rootUrl: string): object {
  const verified = user.emails?.find((email) => email.verified);
  const preferences = user.settings?.preferences ?? {};
  return {
    _id: user._id,
    name: user.name,
    nickname: user.nickname,
    emails: user.emails,
    status: user.status,
    statusDefault: user.statusDefault,
    statusText: user.statusText,
    statusConnection: user.statusConnection,
    bio: user.bio,
    username: user.username,
    utcOffset: user.utcOffset,
    language: user.language,
    active: user.active,
    roles: user.roles,
    customFields: user.customFields,
    requirePasswordChange: user.requirePasswordChange,
    statusLivechat: user.statusLivechat,
    _updatedAt: user._updatedAt,
    settings: { profile: {}, preferences },
    email: verified?.address,
    avatarUrl: user.username === undefined ? undefined : avatarUrl(rootUrl, user.username),
  };
}
