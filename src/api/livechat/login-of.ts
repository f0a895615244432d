import { firstAddressOf, type User } from '../../domain/accounts/user.ts';

/** What LiveChat knows an agent by: the e-mail address or, without one, the user name. */
export const loginOf = (user: Pick<User, 'emails' | 'username'>): string =>
  firstAddressOf(user) || (user.username ?? '');
