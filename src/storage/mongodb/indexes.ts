import type { CreateIndexesOptions } from 'mongodb';
import { conversationIndexes } from '../rooms/conversation-indexes.ts';
import { visitorSearchIndexes } from '../visitor-search/visitor-search-indexes.ts';
import { visitorIndexes } from '../visitors/visitor-indexes.ts';

/**
 * An index of Foyer's own. Names begin with `foyer_`, so that Rocket.Chat's indexes on the same collection are
 * never replaced; where Rocket.Chat has one with the same key already, that one serves.
 */
export interface Index {
  readonly collection: string;
  readonly name: `foyer_${string}`;
  readonly key: Readonly<Record<string, 1 | -1>>;
  readonly options?: Pick<
    CreateIndexesOptions,
    'unique' | 'sparse' | 'partialFilterExpression' | 'expireAfterSeconds'
  >;
  /** The query or the uniqueness that the index is for. */
  readonly serves: string;
}

/** Every index that the service's queries rely on, by collection. */
export const indexes: readonly Index[] = [
  ...conversationIndexes,
  ...visitorSearchIndexes,
  ...visitorIndexes,
  {
    collection: 'users',
    name: 'foyer_login_token',
    key: { 'services.resume.loginTokens.hashedToken': 1 },
    options: { sparse: true },
    serves: 'the user of a token that is resumed',
  },
  {
    collection: 'users',
    name: 'foyer_username',
    key: { username: 1 },
    options: { unique: true, partialFilterExpression: { username: { $exists: true } } },
    serves: 'logging in by name; one user for a name',
  },
  {
    collection: 'users',
    name: 'foyer_email',
    key: { 'emails.address': 1 },
    options: { unique: true, partialFilterExpression: { 'emails.address': { $exists: true } } },
    serves: 'logging in by e-mail; one user for an address',
  },
  {
    collection: 'users',
    name: 'foyer_roles',
    key: { roles: 1, username: 1 },
    serves: 'lists of agents and managers; whether there is an administrator',
  },
  {
    collection: 'rocketchat_livechat_department_agents',
    name: 'foyer_department_agent',
    key: { agentId: 1, departmentId: 1 },
    serves: "an agent's departments",
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
    collection: 'foyer_page_view_expiry',
    name: 'foyer_expire_at',
    key: { expireAt: 1 },
    serves: 'page views that have expired, oldest first',
  },
  {
    collection: 'foyer_rate_limits',
    name: 'foyer_key',
    key: { key: 1 },
    options: { unique: true },
    serves: 'the calls of an address, counted by all instances',
  },
  {
    collection: 'foyer_rate_limits',
    name: 'foyer_expire',
    key: { expire: 1 },
    options: { expireAfterSeconds: 0 },
    serves: 'the removal of windows that are over',
  },
];
