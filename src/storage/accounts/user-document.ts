import type { User, UserServices } from '../../domain/accounts/user.ts';

export interface UserDocument extends Omit<User, 'roles'> {
  readonly roles?: readonly string[];
  readonly services?: UserServices;
}
