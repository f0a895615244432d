import { Int32, Long } from 'bson';
import { documentOf, fieldsOf } from '../../bson/fields.ts';
import { type Document, isDocument, isNumeric, type Value } from '../../bson/types.ts';

/** What a counting stage returns for a number of documents. */
export type Counting = (documents: number) => Document[];

const numberOf = (documents: number): Int32 | Long =>
  documents < 2 ** 31 ? new Int32(documents) : Long.fromNumber(documents);

const counting =
  (resultOf: (documents: Value) => Document): Counting =>
  (documents) =>
    documents > 0 ? [resultOf(numberOf(documents))] : [];

const isConstant = (value: Value | undefined): value is Value =>
  value === null || typeof value === 'boolean' || (value !== undefined && isNumeric(value));

const isOne = (value: Value): boolean => value instanceof Int32 && value.value === 1;

/**
 * What a stage returns for a number of documents if it only counts them, so that they need not be read: `$count`, and
 * `{$group: {_id: 1, n: {$sum: 1}}}`, which drivers send for `countDocuments`. The stage must be valid.
 */
export function countingOf(stage: Document): Counting | undefined {
  const [[name, specification] = ['', null]] = fieldsOf(stage);
  if (name === '$count') return counting((n) => documentOf([[String(specification), n]]));
  if (name !== '$group' || !isDocument(specification)) return undefined;
  const fields = fieldsOf(specification);
  const id = fields.find(([field]) => field === '_id')?.[1];
  const [only, ...others] = fields.filter(([field]) => field !== '_id');
  if (!only || others.length > 0 || !isConstant(id)) return undefined;
  const [field, accumulator] = only;
  const [[operator, operand] = ['', null], ...more] = isDocument(accumulator) ? fieldsOf(accumulator) : [];
  if (more.length > 0 || operator !== '$sum' || !isOne(operand)) return undefined;
  return counting((n) =>
    documentOf([
      ['_id', id],
      [field, n],
    ]),
  );
}
