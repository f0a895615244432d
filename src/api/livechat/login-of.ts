import type { User } from '../../domain/accounts/user.ts';

/** What LiveChat knows an agent by: the e-mail address or, without one, the user name. */
export const loginOf = ({ emails, username = '' }: Pick<User, 'emails' | 'username'>): string =>
  emails?.[0]?.address ?? username;
