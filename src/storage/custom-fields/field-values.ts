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
    return [path, { $cond: [isAbsent(path), { $literal: value }, `$${path}`] }] as const;
  });
  const set = Object.entries(always).map(([key, value]) => [`${field}.${key}`, { $literal: value }] as const);
  const values = Object.fromEntries([...fill, ...set]);
  if (set.length > 0 || fill.length === 0) return { due: {}, values };
  return { due: { $or: fill.map(([path]) => ({ [path]: { $in: [null, ''] } })) }, values };
}

/** An expression: whether nothing, or an empty string, is stored. */
export const isAbsent = (path: string): Document => ({ $in: [{ $ifNull: [`$${path}`, ''] }, ['']] });
