import { inOneBatch, type PageOf, type PageRequest } from '../paging.ts';
import type { CustomField, CustomFieldStore } from './custom-field.ts';

/**
 * The fields that the site has defined.
 * @param text a part of their label or name, ignoring case.
 */
export async function listCustomFields(
  { customFields }: { readonly customFields: CustomFieldStore },
  text: string,
  { count, offset, sort }: PageRequest,
): Promise<PageOf<CustomField>> {
  const found = (await customFields.listAll(sort)).filter(contains(text));
  const items = found.slice(offset, count === 0 ? undefined : offset + count);
  return { items: inOneBatch(items), total: found.length };
}

function contains(text: string): (field: CustomField) => boolean {
  const part = text.toLowerCase();
  return ({ _id, label }) => [_id, label].some((name) => String(name).toLowerCase().includes(part));
}
