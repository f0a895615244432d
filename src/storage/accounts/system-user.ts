import type { Db } from 'mongodb';
import { type SystemUserSource, systemUserId } from '../../domain/accounts/system-user.ts';
import type { Person } from '../../domain/person.ts';

/** How long the user is assumed not to have changed. */
const cachedForMs = 30_000;

/** Reads `rocket.cat` from `users` once in a while; if it is missing, every time. */
export function createSystemUserSource(db: Db): SystemUserSource {
  const users = db.collection<Person>('users');
  let known: Person | null = null;
  let readAt = 0;
  let reading: Promise<Person | null> | undefined;

  async function read(): Promise<Person | null> {
    try {
      known = await users.findOne({ _id: systemUserId }, { projection: { _id: 1, username: 1, name: 1 } });
      readAt = performance.now();
      return known;
    } finally {
      reading = undefined;
    }
  }

  return {
    findSystemUser() {
      if (known !== null && performance.now() - readAt < cachedForMs) return known;
      reading ??= read();
      return reading;
    },
  };
}
