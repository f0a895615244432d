import { AppError } from '../errors.ts';
import type { JobRun, Jobs } from '../jobs.ts';
import { retry } from '../retry.ts';
import { listTokens } from '../visitors/further-tokens.ts';
import type { IdentityStore } from '../visitors/identity.ts';
import type { JoinList, PendingJoins } from '../visitors/pending-joins.ts';
import { emailsOf, phonesOf } from '../visitors/visitor-search.ts';
import { getVisitorRecord } from '../visits/get-visitor-record.ts';
import type { VisitorRecords } from '../visits/visitor-record.ts';
import {
  type MergeVisitorDeps,
  mergeSubject,
  mergeVisitor,
  successorOf,
  visitorsOf,
} from './merge-visitor.ts';

export interface JoinVisitorsDeps {
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
  if (await deps.identities.isPerson(from.id))
    throw cannotMerge('The site has said who they are: merge the other visitor into them');
  await deps.jobs.run('join-visitors', mergeSubject(from.id, into.visitorId));
}

const cannotMerge = (reason: string) => new AppError('cannot-merge', { reason });

export interface JoinVisitorsDataDeps extends MergeVisitorDeps {
  readonly pause: (ms: number) => Promise<void>;
  readonly pendingJoins: PendingJoins;
}

/**
 * The job: what the first visitor said of themselves, and their tokens, become the second's, and then everything else.
 * A first token acts for them as long as it is in their document. Nothing is done if the second is becoming the first
 * already: of requests that make a circle, the others make all of them one.
 */
export async function joinVisitorsData(deps: JoinVisitorsDataDeps, run: JobRun): Promise<void> {
  const { furtherTokens, pendingJoins, visitors } = deps;
  const [from, into] = visitorsOf(run);
  if (!(await begin(deps, from, into))) return;
  const personId = await successorOf(deps, into);
  if (personId !== null) {
    const visitor = await visitors.findEnabledById(from);
    if (visitor)
      await visitors.addContactData(personId, { emails: emailsOf(visitor), phones: phonesOf(visitor) });
    for (const token of await tokensOf(deps, from)) await furtherTokens.add(token, personId);
  }
  await mergeVisitor(deps, run);
  await pendingJoins.remove({ from, into });
}

/** The tokens of a visitor, or of somebody who never registered. */
async function tokensOf(deps: JoinVisitorsDataDeps, id: string): Promise<readonly string[]> {
  const record = await deps.visitorRecords.find({ by: 'id', value: id });
  return record && record.visitorId === undefined ? record.tokens : listTokens(deps, id);
}

/** How long to try, where other joins begin and end all the time. */
const patienceMs = 5_000;

/** Notes that a visitor is becoming another one; false if that one is becoming them, directly or by way of others. */
async function begin(deps: JoinVisitorsDataDeps, from: string, into: string): Promise<boolean> {
  const begun = await retry(deps, patienceMs, async () => {
    const pending = await deps.pendingJoins.read();
    if ((await listSuccessors(deps, into, pending)).has(from)) return false;
    return (await deps.pendingJoins.add({ from, into }, pending)) ? true : null;
  });
  if (begun === null) throw new Error('too many visitors are being made one at the same time');
  return begun;
}

/** The visitor, and all whom they are becoming or have become. */
async function listSuccessors(
  deps: JoinVisitorsDataDeps,
  id: string,
  { pairs }: JoinList,
): Promise<ReadonlySet<string>> {
  const found = new Set([id]);
  // Whoever is added meanwhile is visited too.
  for (const each of found) {
    for (const { from, into } of pairs) if (from === each) found.add(into);
    const successor = await successorOf(deps, each);
    if (successor !== null) found.add(successor);
  }
  return found;
}
