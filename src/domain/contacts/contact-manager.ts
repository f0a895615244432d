import { isLivechatUser, livechatRoles } from '../accounts/roles.ts';
import type { UserStore } from '../accounts/user.ts';
import { AppError } from '../errors.ts';
import { availabilityOf } from '../routing/availability.ts';
import type { RoutingStore } from '../routing/routing.ts';
import type { Settings } from '../settings/settings.ts';
import type { ContactManager, Visitor } from '../visitors/visitor.ts';
import type { ContactStore } from './contact.ts';

export interface FindManagerDeps {
  readonly contacts: ContactStore;
  readonly users: UserStore;
  readonly routing: RoutingStore;
  readonly settings: Settings;
}

/**
 * The manager of the contact with the e-mail address, if that is an agent who is available by the rules of routing.
 */
export async function findOnlineManager(
  { contacts, users, routing, settings }: FindManagerDeps,
  email: string,
): Promise<ContactManager | null> {
  const id = await contacts.findManagerId(email);
  if (id === null) return null;
  if (!(await routing.findAvailable(id, availabilityOf(settings)))) return null;
  const user = await users.findById(id);
  if (!user?.username) return null;
  const { _id, username, name, emails } = user;
  return { _id, username, ...(name === undefined ? {} : { name }), ...(emails ? { emails } : {}) };
}

/**
 * The manager that a client names for a contact.
 * @throws {AppError} `error-contact-manager-not-found` for an unknown user, `error-invalid-contact-manager` for one
 *   who is not an agent.
 */
export async function getManager(
  { users }: { readonly users: UserStore },
  username: string,
): Promise<ContactManager> {
  const user = await users.findByUsername(username);
  if (!user) {
    const reason = `No user found with username ${username}`;
    throw new AppError('error-contact-manager-not-found', { reason });
  }
  if (!isLivechatUser(user, 'agent')) {
    const reason = `The contact manager must have the role "${livechatRoles.agent}"`;
    throw new AppError('error-invalid-contact-manager', { reason });
  }
  return { username };
}

/**
 * Refuses anybody but an agent as the manager of a contact.
 * @param id the user's `_id`.
 * @throws {AppError} `error-contact-manager-not-found`
 */
export async function checkManager({ users }: { readonly users: UserStore }, id: string): Promise<void> {
  const user = await users.findById(id);
  if (!user || !isLivechatUser(user, 'agent')) throw new AppError('error-contact-manager-not-found');
}

/** The `_id` of the agent who manages the visitor; undefined if that user is no longer an agent. */
export async function findManagerOf(
  { users }: { readonly users: UserStore },
  { contactManager }: Visitor,
): Promise<string | undefined> {
  const user = contactManager?.username ? await users.findByUsername(contactManager.username) : null;
  return user && isLivechatUser(user, 'agent') ? user._id : undefined;
}
