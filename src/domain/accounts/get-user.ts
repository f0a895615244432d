import { AppError } from '../errors.ts';
import type { User, UserStore } from './user.ts';

/**
 * The user with the id.
 * @throws {AppError} `error-invalid-user`
 */
export async function getUser({ users }: { readonly users: UserStore }, id: string): Promise<User> {
  const user = await users.findById(id);
  if (user === null) throw new AppError('error-invalid-user');
  return user;
}
