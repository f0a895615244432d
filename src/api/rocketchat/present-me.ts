import { isOAuthUser, type UserWithCredentials } from '../../domain/accounts/user.ts';
import { preferencesOf } from '../../domain/accounts/user-preferences.ts';
import type { Dependencies } from '../../domain/dependencies.ts';

export type PresentMeDeps = Pick<Dependencies, 'rootUrl' | 'settings'>;

/** A user as they see themselves: the fields in `login` and `me`, never their credentials. */
export function presentMe({ rootUrl, settings }: PresentMeDeps, user: UserWithCredentials) {
  const { _id, emails, username } = user;
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
    settings: { profile: {}, preferences: preferencesOf(settings, user), calendar: {} },
    email: emails?.find(({ verified }) => verified)?.address,
    avatarUrl: username === undefined ? undefined : `${rootUrl()}/avatar/${encodeURIComponent(username)}`,
    isOAuthUser: isOAuthUser(user),
  };
}

/** Which kinds of credentials a user has, but never their values. */
export const presentServices = ({ services }: UserWithCredentials): object => ({
  password: { exists: services.password?.bcrypt !== undefined },
  email2fa: services.email2fa && { enabled: services.email2fa.enabled === true },
  totp: services.totp && { enabled: services.totp.enabled === true },
});
