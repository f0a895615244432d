import { AppError } from '../errors.ts';
import type { JobRun, Jobs } from '../jobs.ts';
import { type FurtherTokenStore, listTokens } from '../visitors/further-tokens.ts';
import type { IdentityStore } from '../visitors/identity.ts';
import { emailsOf, phonesOf } from '../visitors/visitor-search.ts';
import { getVisitorRecord } from '../visits/get-visitor-record.ts';
import type { VisitorRecord, VisitorRecords } from '../visits/visitor-record.ts';
import {
  type MergeVisitorDeps,
  type MoveRecordDeps,
  mergeSubject,
  mergeVisitor,
  moveRecord,
  successorOf,
  visitorsOf,
} from './merge-visitor.ts';

export interface JoinVisitorsDeps extends MoveRecordDeps {
  readonly furtherTokens: FurtherTokenStore;
  readonly identities: IdentityStore;
  readonly jobs: Jobs;
  readonly visitorRecords: VisitorRecords;
}

/**
 * Makes two visitors one, since staff know that they are: the browsers, conversations, visits and addresses of the
 * first are the second's from then on. With thousands of rooms, the rest is moved after this returns.
 * @throws {AppError} `visitor-not-found`; `cannot-merge` if they are one already, if the second is not registered, or
 *   if the site has said who the first is: such a person stays, so it is the other one who can be merged.
 */
export async function joinVisitors(deps: JoinVisitorsDeps, fromId: string, intoId: string): Promise<void> {
  const from = await getVisitorRecord(deps, { by: 'id', value: fromId });
  const into = await getVisitorRecord(deps, { by: 'id', value: intoId });
  if (from.recordId === into.recordId) throw cannotMerge('They are the same visitor');
  if (into.visitorId === undefined) throw cannotMerge('The visitor to merge into is not registered');
  if (from.visitorId === undefined) return joinUnregistered(deps, from, into, into.visitorId);
  if (await deps.identities.isPerson(from.visitorId))
    throw cannotMerge('The site has said who they are: merge the other visitor into them');
  const ids = [from.visitorId, into.visitorId] as const;
  await deps.jobs.run('join-visitors', mergeSubject(...ids), pairOf(...ids));
}

const cannotMerge = (reason: string) => new AppError('cannot-merge', { reason });

/** The tokens act for the person before the visits are theirs, so that this can be repeated. */
async function joinUnregistered(
  deps: JoinVisitorsDeps,
  from: VisitorRecord,
  into: VisitorRecord,
  intoId: string,
): Promise<void> {
  for (const token of from.tokens) await deps.furtherTokens.add(token, intoId);
  await moveRecord(deps, from, into);
}

/** What two visitors are made one under, whichever into which: of two requests, the first decides. */
const pairOf = (...ids: [string, string]): string => JSON.stringify(ids.sort());

/**
 * The job: what the first visitor said of themselves, and their tokens, become the second's, and then everything else.
 * A first token acts for them as long as it is in their document.
 */
export async function joinVisitorsData(deps: MergeVisitorDeps, run: JobRun): Promise<void> {
  const { furtherTokens, visitors } = deps;
  const [fromId, intoId] = visitorsOf(run);
  const personId = await successorOf(deps, intoId);
  if (personId !== null && personId !== fromId) {
    const visitor = await visitors.findEnabledById(fromId);
    if (visitor)
      await visitors.addContactData(personId, { emails: emailsOf(visitor), phones: phonesOf(visitor) });
    for (const token of await listTokens(deps, fromId)) await furtherTokens.add(token, personId);
  }
  await mergeVisitor(deps, run);
}
