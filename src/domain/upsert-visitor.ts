import type { Dependencies } from './dependencies.ts';
import { AppError } from './errors.ts';
import type { RemovableField, Visitor, VisitorChange, VisitorKey } from './visitor.ts';

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

/** Each attempt fails only because another registration of the same person got ahead. */
const maxAttempts = 20;

type Deps = Pick<Dependencies, 'visitors' | 'guestNumbers' | 'ids' | 'clock'>;

/**
 * Changes the visitor who holds one of the keys, or stores a new one; however many registrations of one person race,
 * they end in one visitor. A visitor found by phone keeps its token, one found by e-mail address gets the new one, as in
 * Rocket.Chat.
 * @throws {AppError} `error-livechat-visitor-registration` where others kept getting ahead.
 */
export async function upsertVisitor(deps: Deps, draft: VisitorDraft): Promise<Visitor> {
  const keys: VisitorKey[] = [{ kind: 'token', value: draft.token }, ...draft.otherKeys];
  let fresh: Visitor | undefined;
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const found = await findByKeys(deps, keys);
    if (found) {
      const changed = await change(deps, found.visitor, found.key, draft);
      if (changed) return changed;
      continue;
    }
    // A guest's number is taken once; an id asked for may have been given away since.
    fresh ??= await newVisitor(deps, draft);
    const _id = attempt === 0 ? fresh._id : await freeId(deps, draft.id);
    const created = await deps.visitors.create({ ...fresh, _id }, keys);
    if (created) return created;
  }
  throw new AppError('error-livechat-visitor-registration', { reason: 'Error registering visitor' });
}

async function findByKeys({ visitors }: Deps, keys: readonly VisitorKey[]) {
  for (const key of keys) {
    const visitor = await visitors.findByKey(key);
    if (visitor) return { visitor, key };
  }
  return null;
}

function change(deps: Deps, visitor: Visitor, key: VisitorKey, draft: VisitorDraft): Promise<Visitor | null> {
  const token = key.kind === 'phone' ? {} : { token: draft.token };
  return deps.visitors.update(visitor._id, key, { ...draft.change, ...token }, draft.remove);
}

async function newVisitor(deps: Deps, draft: VisitorDraft): Promise<Visitor> {
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
async function freeId({ visitors, ids }: Deps, wanted: string | undefined): Promise<string> {
  if (!wanted || (await visitors.isIdTaken(wanted))) return ids.hexId();
  return wanted;
}
