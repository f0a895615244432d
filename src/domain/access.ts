import type { User } from './user.ts';

/** Who may do what, by Rocket.Chat's users, roles and permissions. */
export interface AccessControl {
  /** The active user whose login token or personal access token it is, or null. */
  findUserByToken(userId: string, token: string): Promise<User | null>;
  /** Whether one of the user's roles holds the permission. */
  hasPermission(user: User, permission: string): boolean;
}
