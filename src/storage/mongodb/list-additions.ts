import type { Document } from 'mongodb';

/**
 * A stored list, plus those of the given elements that are not in it, up to `most` elements; as an expression of an
 * update by a pipeline. What is stored beyond that stays. Instead of the list, documents from old releases may have
 * null or a single element outside a list, to which `$addToSet` cannot add.
 * @param elements an expression that gives a list.
 */
export function withAdded(field: string, elements: Document, most: number): Document {
  const list = storedList(field);
  const all = { $concatArrays: [list, { $setDifference: [elements, list] }] };
  return { $slice: [all, { $max: [most, { $size: list }] }] };
}

function storedList(field: string): Document {
  const stored = { $ifNull: [`$${field}`, []] };
  return { $cond: [{ $isArray: [stored] }, stored, [stored]] };
}
