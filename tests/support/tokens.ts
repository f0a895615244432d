import { createHash, randomBytes } from 'node:crypto';
import type { Credentials } from './client.ts';
import { adminUsername, type TestService } from './service.ts';

/** Gives the administrator one login token after the other, without logging in. */
export interface TokenSource {
  next(): Promise<Credentials>;
}

export async function tokenSource({ db }: TestService): Promise<TokenSource> {
  const users = db.collection<{ _id: string; services: { resume: { loginTokens: object[] } } }>('users');
  const admin = await users.findOne({ username: adminUsername }, { projection: { _id: 1 } });
  if (!admin) throw new Error('there is no administrator');
  return {
    async next() {
      const authToken = randomBytes(32).toString('base64url');
      const hashedToken = createHash('sha256').update(authToken).digest('base64');
      await users.updateOne(
        { _id: admin._id },
        { $push: { 'services.resume.loginTokens': { hashedToken, when: new Date() } } },
      );
      return { userId: admin._id, authToken };
    },
  };
}
