import type { Document } from 'mongodb';
import type { CustomFieldValues } from '../../domain/custom-fields/custom-field.ts';

/** One write that stores values of custom fields. */
export interface FieldValuesUpdate {
  /** Matches the documents in which there is something to set. */
  readonly due: Document;
  /** The members of a `$set` stage. */
  readonly values: Document;
}

/** @param field where the document has its values, by the custom fields' `_id`s. */
export function fieldValuesUpdate(
  field: 'livechatData' | 'customFields',
  { always, ifAbsent }: CustomFieldValues,
): FieldValuesUpdate {
  const fill = Object.entries(ifAbsent).map(([key, value]) => {
    const path = `${field}.${key}`;
    return [key, { $cond: [isAbsent(path), { $literal: value }, `$${path}`] }] as const;
  });
  const set = Object.entries(always).map(([key, value]) => [key, { $literal: value }] as const);
  if (fill.length + set.length === 0) return { due: {}, values: {} };
  // Unlike paths, this is refused if something else than an object is stored, rather than replacing it.
  const values = { [field]: { $mergeObjects: [`$${field}`, Object.fromEntries([...fill, ...set])] } };
  if (set.length > 0) return { due: {}, values };
  return { due: { $or: fill.map(([key]) => ({ [`${field}.${key}`]: { $in: [null, ''] } })) }, values };
}

/** An expression: whether nothing, or an empty string, is stored. */
export const isAbsent = (path: string): Document => ({ $in: [{ $ifNull: [`$${path}`, ''] }, ['']] });
