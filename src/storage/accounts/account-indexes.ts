import type { Index } from '../mongodb/index-definition.ts';

/** The indexes for logging in, blocking and the lists of users. */
export const accountIndexes: readonly Index[] = [
  {
    collection: 'foyer_key_scope',
    name: 'foyer_key_scopes_of_user',
    key: { userId: 1 },
    serves: 'the keys of a user that are limited to scopes',
  },
  {
    collection: 'users',
    name: 'foyer_login_token',
    key: { 'services.resume.loginTokens.hashedToken': 1 },
    options: { sparse: true },
    serves: 'the user with a login token',
  },
  {
    collection: 'users',
    name: 'foyer_username',
    key: { username: 1 },
    options: { unique: true, partialFilterExpression: { username: { $exists: true } } },
    serves: 'logging in by name; one user per name',
  },
  {
    collection: 'users',
    name: 'foyer_email',
    key: { 'emails.address': 1 },
    options: { unique: true, partialFilterExpression: { 'emails.address': { $exists: true } } },
    serves: 'logging in by e-mail; one user per address',
  },
  {
    collection: 'users',
    name: 'foyer_roles',
    key: { roles: 1, username: 1 },
    serves: 'lists of agents and managers; whether there is an administrator',
  },
  {
    collection: 'rocketchat_server_events',
    name: 'foyer_attempts_by_ip',
    key: { t: 1, ip: 1, ts: -1 },
    serves: 'counting failed logins from an address',
  },
  {
    collection: 'rocketchat_server_events',
    name: 'foyer_attempts_by_user',
    key: { t: 1, 'u.username': 1, ts: -1 },
    serves: 'counting failed logins of a user',
  },
  {
    collection: 'foyer_used_login_code',
    name: 'foyer_used_code_age',
    key: { at: 1 },
    // The settings let a code be valid for 98 minutes at most.
    options: { expireAfterSeconds: 7200 },
    serves: 'removing used codes that are no longer valid',
  },
  {
    collection: 'foyer_username_claim',
    name: 'foyer_username_claim_age',
    key: { at: 1 },
    options: { expireAfterSeconds: 3600 },
    serves: 'removing the claims of users who have long been created',
  },
];
