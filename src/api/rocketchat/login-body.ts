import type { Credentials } from '../../domain/accounts/log-in.ts';
import { digestPassword } from '../../domain/accounts/passwords.ts';
import { isLongerThan, maxLengths } from '../../domain/text/max-lengths.ts';
import { isPlainObject } from './validation/plain-object.ts';

const passwordKeys = ['user', 'username', 'email', 'password', 'code'];

/**
 * Reads every form of Rocket.Chat's login body. Anything else, even a single surplus key, gives undefined: nothing
 * but strings ever reaches a query.
 * @param codeHeader the code of a second factor if it is sent as `X-2fa-Code`
 */
export function readCredentials(body: unknown, codeHeader?: string): Credentials | undefined {
  // A member named `__proto__` would give the body members that it does not show.
  if (!isPlainObject(body) || Object.getPrototypeOf(body) !== Object.prototype) return undefined;
  if (body.resume !== undefined) {
    const alone = Object.keys(body).length === 1;
    return alone && isSecret(body.resume) ? { kind: 'resume', token: body.resume } : undefined;
  }
  if (!hasOnly(body, passwordKeys)) return undefined;
  const user = readUser(body);
  const digest = readDigest(body.password);
  const code = body.code ?? codeHeader;
  if (!user || digest === undefined || (code !== undefined && !isSecret(code))) return undefined;
  return { kind: 'password', user, digest, code };
}

type NamedUser = { readonly username: string } | { readonly email: string };

/** `user` as text (an e-mail address if it contains an `@`) or as an object, or `username` or `email` instead. */
function readUser({ user, username, email }: Record<string, unknown>): NamedUser | undefined {
  if (user === undefined) return readName({ username, email });
  if (username !== undefined || email !== undefined) return undefined;
  if (isName(user)) return user.includes('@') ? { email: user } : { username: user };
  return isPlainObject(user) && hasOnly(user, ['username', 'email']) ? readName(user) : undefined;
}

function readName({ username, email }: Record<string, unknown>): NamedUser | undefined {
  if (isName(username) && email === undefined) return { username };
  return isName(email) && username === undefined ? { email } : undefined;
}

/** Names are stored with failed attempts, so their length must be limited. */
const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && !isLongerThan(maxLengths.email, value);

function readDigest(password: unknown): string | undefined {
  if (isSecret(password)) return digestPassword(password);
  if (!isPlainObject(password) || !hasOnly(password, ['digest', 'algorithm'])) return undefined;
  const { digest, algorithm } = password;
  return algorithm === 'sha-256' && isSecret(digest) ? digest : undefined;
}

const isSecret = (value: unknown): value is string =>
  typeof value === 'string' && !isLongerThan(maxLengths.password, value);

const hasOnly = (object: Record<string, unknown>, keys: readonly string[]): boolean =>
  Object.keys(object).every((key) => keys.includes(key));
