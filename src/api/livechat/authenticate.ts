import type { Request } from 'express';
import type { AccessControl } from '../../domain/accounts/access.ts';
import {
  type ApiKeyCredentials,
  type LogInByApiKeyDeps,
  logInByApiKey,
} from '../../domain/accounts/log-in-by-api-key.ts';
import type { User } from '../../domain/accounts/user.ts';
import { basicCredentials } from '../../http/basic-credentials.ts';
import type { EndpointFacts } from '../../http/dialect.ts';
import { isAllowed } from '../../http/is-allowed.ts';
import { invalid, noRights } from './errors.ts';

/** The only version there is; without the header, it is meant. */
const version = '2';

/**
 * The user who calls, by an API key, with which clients may send the login.
 * @throws {LiveChatError} 400 for another version of the API; 401.
 */
export async function authenticate(
  deps: LogInByApiKeyDeps,
  req: Request,
  { access }: EndpointFacts,
): Promise<User | undefined> {
  const asked = req.get('x-api-version') ?? version;
  if (asked.trim() !== version) throw invalid(`X-API-Version must be ${version}`);
  // What authorises such a request is in its body; clients send their credentials all the same.
  if (access.kind === 'public') return undefined;
  const credentials = credentialsOf(req);
  const user = credentials && (await logInByApiKey(deps, credentials));
  if (!user) throw noRights();
  return user;
}

/** A login and an API key as Basic, or an API key alone as a bearer token. */
function credentialsOf(req: Request): ApiKeyCredentials | undefined {
  const basic = basicCredentials(req);
  if (basic) return { username: basic.username, key: basic.password };
  const key = /^Bearer +([\w.~+/-]+=*)$/i.exec(req.get('authorization') ?? '')?.[1];
  return key === undefined ? undefined : { key };
}

/** @throws {LiveChatError} 401 if the user lacks the permissions that the endpoint requires. */
export function authorize(access: AccessControl, endpoint: EndpointFacts, user: User | undefined): void {
  if (!isAllowed(access, endpoint.access, user)) throw noRights();
}
