import type { UserStore } from '../accounts/user.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { IdSource } from '../ids.ts';
import { retry } from '../retry.ts';
import type { Settings } from '../settings/settings.ts';
import type { FurtherTokenStore } from './further-tokens.ts';
import { joinsByClaims } from './matching.ts';
import type {
  GuestNumbers,
  RemovableField,
  Visitor,
  VisitorChange,
  VisitorKey,
  VisitorStore,
} from './visitor.ts';

/** What a registration stores about a visitor. */
export interface VisitorDraft {
  readonly token: string;
  /**
   * Keys by which an existing visitor is found, the most significant first; the token is always tried before them.
   */
  readonly otherKeys: readonly VisitorKey[];
  readonly change: VisitorChange;
  readonly remove?: readonly RemovableField[];
  /** Set only on a new visitor. */
  readonly whenNew: Pick<Visitor, 'userAgent' | 'ip' | 'host' | 'livechatData'>;
  /** The `_id` of a new visitor, unless it is taken. */
  readonly id?: string | undefined;
  readonly username?: string | undefined;
}

/**
 * An attempt fails only if another registration of the same person got there first, or is about to. The claims of one
 * that died are taken over after five seconds; this is more than that.
 */
export const patienceMs = 8_000;

export interface UpsertVisitorDeps {
  readonly furtherTokens: FurtherTokenStore;
  readonly visitors: VisitorStore;
  readonly guestNumbers: GuestNumbers;
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly pause: (ms: number) => Promise<void>;
  readonly settings: Settings;
  readonly users: Pick<UserStore, 'findById'>;
}

/**
 * Changes the visitor who has one of the keys, or stores a new one. However many registrations of one person race,
 * they end in one visitor. A visitor found by phone keeps their token, as in Rocket.Chat. One found by e-mail address
 * has both tokens afterwards.
 * @returns the visitor with the token that acts for them: the given one, unless they were found by phone.
 * @throws {AppError} `error-livechat-visitor-registration` if others got there first every time.
 */
export async function upsertVisitor(deps: UpsertVisitorDeps, draft: VisitorDraft): Promise<Visitor> {
  const keys: VisitorKey[] = [{ kind: 'token', value: draft.token }, ...draft.otherKeys];
  let fresh: Visitor | undefined;
  const create = async (isFirst: boolean): Promise<Visitor | null> => {
    // A guest's number is drawn only once; the requested id may have been taken since.
    fresh ??= await newVisitor(deps, draft);
    const _id = isFirst ? fresh._id : await freeId(deps, draft.id);
    return deps.visitors.create({ ...fresh, _id }, keys);
  };
  const stored = await retry(deps, patienceMs, async (count) => {
    const found = await findByKeys(deps, keys);
    return found ? change(deps, found, draft) : create(count === 0);
  });
  if (stored) return stored;
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
  deps: UpsertVisitorDeps,
  { visitor, key }: Found,
  draft: VisitorDraft,
): Promise<Visitor | null> {
  const { visitors } = deps;
  // Nobody has the phone number yet: it is claimed, or else a registration with only the number would create a second
  // visitor.
  const phone = key.kind === 'email' ? draft.otherKeys.find(({ kind }) => kind === 'phone') : undefined;
  if (phone && !(await visitors.claim(visitor._id, phone))) return null;
  const token = key.kind === 'email' ? { token: await firstTokenOf(deps, visitor, draft.token) } : {};
  const isFurther = key.kind === 'token' && visitor.token !== key.value;
  const heldKey: VisitorKey = isFurther ? { kind: 'id', value: visitor._id } : key;
  const changed = await visitors.update(visitor._id, heldKey, { ...draft.change, ...token }, draft.remove);
  return changed && (key.kind === 'phone' ? changed : { ...changed, token: draft.token });
}

/**
 * The first token of a visitor who is found by e-mail address; the other one becomes a further token. A Rocket.Chat
 * beside Foyer knows only the first one, and would make it the new one.
 */
async function firstTokenOf(
  { furtherTokens, settings }: UpsertVisitorDeps,
  { _id, token: earlier }: Visitor,
  given: string,
): Promise<string> {
  const [first, further] =
    earlier === undefined || joinsByClaims(settings) ? [given, earlier] : [earlier, given];
  if (further !== undefined) await furtherTokens.add(further, _id);
  return first;
}

/** A new visitor as the draft describes them, not stored yet. */
export async function newVisitor(deps: UpsertVisitorDeps, draft: VisitorDraft): Promise<Visitor> {
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

/**
 * The requested id, unless it is somebody's: a registration must not take over a visitor by their id alone, and who has
 * an agent's id would be the author of what the agent writes.
 */
export async function freeId(
  { ids, users, visitors }: UpsertVisitorDeps,
  wanted: string | undefined,
): Promise<string> {
  if (!wanted) return ids.hexId();
  const [isVisitors, user] = await Promise.all([visitors.isIdTaken(wanted), users.findById(wanted)]);
  return isVisitors || user !== null ? ids.hexId() : wanted;
}
