import { withoutToken } from '../visitors/get-visitor.ts';
import type { Visitor } from '../visitors/visitor.ts';
import type { ContactFound, VisitorSearch } from '../visitors/visitor-search.ts';

/** What to look for a contact by, as the client gave it. */
export interface ContactQuery {
  readonly email: string | undefined;
  readonly phone: string | undefined;
  /** Parts of custom fields' values, by field; of any type. */
  readonly customFields: Readonly<Record<string, unknown>>;
}

const nobody: ContactFound<never> = { visitor: null, isComplete: true };

/**
 * The visitor who matches everything asked for, without their token, or null. As in Rocket.Chat, custom fields that
 * do not exist or cannot be searched are ignored, unless nothing else is asked for. A value that is not a string
 * matches nothing.
 * @param signal aborts when nobody is waiting for the answer any more.
 */
export async function findContact(
  { visitorSearch }: { readonly visitorSearch: VisitorSearch },
  { email, phone, customFields: given }: ContactQuery,
  signal: AbortSignal,
): Promise<ContactFound<Omit<Visitor, 'token'>>> {
  const searchable = new Set(
    Object.keys(given).length === 0 ? [] : await visitorSearch.listSearchableFields(),
  );
  // Without a prototype, since a field may have any name.
  const customFields: Record<string, string> = Object.create(null);
  for (const [id, part] of Object.entries(given)) {
    if (!searchable.has(id)) continue;
    if (typeof part !== 'string') return nobody;
    customFields[id] = part;
  }
  const isEmpty = email === undefined && phone === undefined && Object.keys(customFields).length === 0;
  if (isEmpty) return nobody;
  const { visitor, isComplete } = await visitorSearch.findContact({ email, phone, customFields }, signal);
  return { visitor: visitor && withoutToken(visitor), isComplete };
}
