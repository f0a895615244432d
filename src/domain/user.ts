/** A document of Rocket.Chat's `users`, as far as the service reads it. */
export interface User {
  readonly _id: string;
  readonly username?: string;
  readonly name?: string;
  readonly roles: readonly string[];
  readonly active?: boolean;
}
