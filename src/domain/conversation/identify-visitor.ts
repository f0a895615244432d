import type { Bans } from '../bans/ban.ts';
import { AppError } from '../errors.ts';
import type { Jobs } from '../jobs.ts';
import { retry } from '../retry.ts';
import type { Identity, IdentityStore } from '../visitors/identity.ts';
import {
  freeId,
  newVisitor,
  patienceMs,
  type UpsertVisitorDeps,
  type VisitorDraft,
} from '../visitors/upsert-visitor.ts';
import { type VerifyIdentityDeps, verifyIdentity } from '../visitors/verify-identity.ts';
import type { Visitor } from '../visitors/visitor.ts';
import { mergeSubject } from './merge-visitor.ts';

export type IdentifyVisitorDeps = UpsertVisitorDeps &
  VerifyIdentityDeps & { readonly bans: Bans; readonly identities: IdentityStore; readonly jobs: Jobs };

/**
 * Verifies an identity assertion that comes with a token.
 * @throws {AppError} `invalid-identity` if it is not valid, or serves another token already; `banned` for a person
 *   whose asserted address is.
 */
export async function acceptIdentity(
  deps: IdentifyVisitorDeps,
  assertion: string,
  token: string,
): Promise<Identity> {
  const identity = await verifyIdentity(deps, assertion);
  if (deps.bans.isBanned({ email: identity.email })) throw new AppError('banned');
  if (await deps.identities.bind(identity, token)) return identity;
  throw new AppError('invalid-identity', { reason: 'The identity has been used for another token' });
}

/**
 * Makes the token act for the asserted person, however many browsers do so at once. If nobody has been that person
 * yet, it is the visitor who has the token, or else a new one. If somebody has, the token joins them; an unidentified
 * visitor who had it is merged into them, with all conversations, but one who is another person only loses it.
 * @param draft what a new visitor is made from.
 */
export async function identifyVisitor(
  deps: IdentifyVisitorDeps,
  identity: Identity,
  draft: VisitorDraft,
): Promise<void> {
  const person = await retry(deps, patienceMs, () => findPerson(deps, identity, draft));
  if (person) return giveToken(deps, draft.token, person);
  throw new AppError('error-livechat-visitor-registration', { reason: 'Error registering visitor' });
}

/** The person's visitor, who is stored if there is none; null if another request got there first. */
async function findPerson(
  deps: IdentifyVisitorDeps,
  identity: Identity,
  draft: VisitorDraft,
): Promise<Visitor | null> {
  const { identities, visitors } = deps;
  const id = await identities.recognize(identity);
  const owner = await visitors.findByToken(draft.token);
  if (id === null) {
    const isFree = owner !== null && !(await identities.isPerson(owner._id));
    await identities.claim(identity, isFree ? owner._id : await freeId(deps, draft.id));
    return null;
  }
  const person = await visitors.findEnabledById(id);
  if (person !== null) return person;
  if (await visitors.isIdTaken(id)) {
    // Either another request has stored the person's visitor since, or they were deleted.
    const since = await visitors.findEnabledById(id);
    if (since !== null) return since;
    await identities.deleteByVisitor(id);
    return null;
  }
  const { token, ...rest } = await newVisitor(deps, draft);
  const isTaken = owner !== null;
  const keys = isTaken ? [] : ([{ kind: 'token', value: draft.token }] as const);
  return visitors.create({ ...rest, _id: id, ...(isTaken ? {} : { token }) }, keys);
}

/** Makes the token act for the person. */
async function giveToken(
  { furtherTokens, identities, jobs, visitors }: IdentifyVisitorDeps,
  token: string,
  person: Visitor,
): Promise<void> {
  if (person.token === token) return;
  await furtherTokens.add(token, person._id);
  const holder = await visitors.findHolder(token);
  if (holder === null || holder._id === person._id) return;
  if (!(await identities.isPerson(holder._id)))
    await jobs.run('merge-visitor', mergeSubject(holder._id, person._id));
  // The job does so too, but it may not have begun yet.
  await visitors.dropToken(holder._id, token);
}
