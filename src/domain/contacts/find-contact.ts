import type { Visitor } from '../visitors/visitor.ts';
import type { VisitorSearch } from '../visitors/visitor-search.ts';

/** What a contact is looked for by, as a client gave it. */
export interface ContactQuery {
  readonly email: string | undefined;
  readonly phone: string | undefined;
  /** Parts of the texts of custom fields, by field; of any type. */
  readonly customFields: Readonly<Record<string, unknown>>;
}

/**
 * The visitor with all that is asked for, without its token, or null. As in Rocket.Chat, custom fields that do not exist
 * or are not searchable are left out of account, unless nothing else is asked for; what is no text is in no text.
 */
export async function findContact(
  { visitorSearch }: { readonly visitorSearch: VisitorSearch },
  { email, phone, customFields: given }: ContactQuery,
): Promise<Omit<Visitor, 'token'> | null> {
  const searchable = new Set(
    Object.keys(given).length === 0 ? [] : await visitorSearch.listSearchableFields(),
  );
  // Without a prototype, since a field may have any name.
  const customFields: Record<string, string> = Object.create(null);
  for (const [id, part] of Object.entries(given)) {
    if (!searchable.has(id)) continue;
    if (typeof part !== 'string') return null;
    customFields[id] = part;
  }
  const isEmpty = email === undefined && phone === undefined && Object.keys(customFields).length === 0;
  const visitor = isEmpty ? null : await visitorSearch.findContact({ email, phone, customFields });
  if (visitor === null) return null;
  const { token: _, ...contact } = visitor;
  return contact;
}
