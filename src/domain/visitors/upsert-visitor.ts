import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { IdSource } from '../ids.ts';
import type {
  GuestNumbers,
  RemovableField,
  RivalClaims,
  Visitor,
  VisitorChange,
  VisitorKey,
  VisitorStore,
} from './visitor.ts';

/** What a registration wants to be stored of a visitor. */
export interface VisitorDraft {
  readonly token: string;
  /** By which keys an earlier visitor is found, most telling first; the token is always tried before them. */
  readonly otherKeys: readonly VisitorKey[];
  readonly change: VisitorChange;
  readonly remove?: readonly RemovableField[];
  /** What only a new visitor gets. */
  readonly whenNew: Pick<Visitor, 'userAgent' | 'ip' | 'host'>;
  /** For a new visitor, where none other has it. */
  readonly id?: string | undefined;
  readonly username?: string | undefined;
}

/** Each attempt fails only because another registration of the same person got ahead, or is about to. */
const maxAttempts = 20;
/** A registration that broke off between its claim to a key and its write is waited for no longer than this. */
const attemptsBeforeTakeOver = 10;

export interface UpsertVisitorDeps {
  readonly visitors: VisitorStore;
  readonly guestNumbers: GuestNumbers;
  readonly ids: IdSource;
  readonly clock: Clock;
}

/**
 * Changes the visitor who holds one of the keys, or stores a new one; however many registrations of one person race,
 * they end in one visitor. A visitor found by phone keeps its token, one found by e-mail address gets the new one, as in
 * Rocket.Chat.
 * @throws {AppError} `error-livechat-visitor-registration` where others kept getting ahead.
 */
export async function upsertVisitor(deps: UpsertVisitorDeps, draft: VisitorDraft): Promise<Visitor> {
  const keys: VisitorKey[] = [{ kind: 'token', value: draft.token }, ...draft.otherKeys];
  let fresh: Visitor | undefined;
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const rivalClaims = attempt < attemptsBeforeTakeOver ? 'respect' : 'take-over';
    const found = await findByKeys(deps, keys);
    if (found) {
      const changed = await change(deps, found, draft, rivalClaims);
      if (changed) return changed;
      continue;
    }
    // A guest's number is taken once; an id asked for may have been given away since.
    fresh ??= await newVisitor(deps, draft);
    const _id = attempt === 0 ? fresh._id : await freeId(deps, draft.id);
    const created = await deps.visitors.create({ ...fresh, _id }, keys, rivalClaims);
    if (created) return created;
  }
  throw new AppError('error-livechat-visitor-registration', { reason: 'Error registering visitor' });
}

interface Found {
  readonly visitor: Visitor;
  readonly key: VisitorKey;
}

async function findByKeys(
  { visitors }: UpsertVisitorDeps,
  keys: readonly VisitorKey[],
): Promise<Found | null> {
  for (const key of keys) {
    const visitor = await visitors.findByKey(key);
    if (visitor) return { visitor, key };
  }
  return null;
}

async function change(
  { visitors }: UpsertVisitorDeps,
  { visitor, key }: Found,
  draft: VisitorDraft,
  rivalClaims: RivalClaims,
): Promise<Visitor | null> {
  // Nobody was found by the phone number: it is claimed, lest a registration with it alone makes a second visitor.
  const phone = key.kind === 'email' ? draft.otherKeys.find(({ kind }) => kind === 'phone') : undefined;
  if (phone && !(await visitors.claim(visitor._id, phone, rivalClaims))) return null;
  const token = key.kind === 'phone' ? {} : { token: draft.token };
  return visitors.update(visitor._id, key, { ...draft.change, ...token }, draft.remove);
}

async function newVisitor(deps: UpsertVisitorDeps, draft: VisitorDraft): Promise<Visitor> {
  const username = draft.username || `guest-${await deps.guestNumbers.next()}`;
  return {
    _id: await freeId(deps, draft.id),
    token: draft.token,
    username,
    ...draft.change,
    ts: deps.clock(),
    ...draft.whenNew,
  };
}

/** The id asked for, unless it is somebody's: a registration must not take over a visitor by its id alone. */
async function freeId({ visitors, ids }: UpsertVisitorDeps, wanted: string | undefined): Promise<string> {
  if (!wanted || (await visitors.isIdTaken(wanted))) return ids.hexId();
  return wanted;
}
