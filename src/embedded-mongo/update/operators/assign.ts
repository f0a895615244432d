import { Timestamp } from 'bson';
import { compareValues } from '../../bson/compare.ts';
import { fieldsOf } from '../../bson/fields.ts';
import { identicalValues } from '../../bson/identical.ts';
import { isDocument, typeName, type Value } from '../../bson/types.ts';
import { badValue } from '../../errors.ts';
import type { Leaf } from '../leaf.ts';

/** `$set`: the value, unless the same value of the same type is stored. */
export function set(value: Value): Leaf {
  return { operator: '$set', apply: (current) => (identicalValues(current, value) ? current : value) };
}

/** `$setOnInsert`: `$set` while an upsert inserts, nothing otherwise. */
export function setOnInsert(value: Value): Leaf {
  return { ...set(value), operator: '$setOnInsert', isActive: (context) => context.isInsert };
}

/** `$unset`: removes the field; in an array the element becomes null. */
export function unset(): Leaf {
  return { operator: '$unset', apply: () => undefined, toleratesNonViablePath: true };
}

/** `$min` and `$max`: the smaller or greater of the two in BSON's order across types. */
export function extreme(operator: '$min' | '$max', value: Value): Leaf {
  const sign = operator === '$min' ? 1 : -1;
  return {
    operator,
    apply: (current) => (current === undefined || compareValues(value, current) * sign < 0 ? value : current),
  };
}

/** The `{$type: …}` of `$currentDate`; `true` and `false` mean a date. */
function currentDateType(value: Value): 'date' | 'timestamp' {
  if (typeof value === 'boolean') return 'date';
  if (!isDocument(value)) {
    throw badValue(
      `${typeName(value)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`,
    );
  }
  const fields = fieldsOf(value);
  const unknown = fields.find(([name]) => name !== '$type');
  if (unknown) throw badValue(`Unrecognized $currentDate option: ${unknown[0]}`);
  const type = fields[0]?.[1];
  if (type === 'date' || type === 'timestamp') return type;
  throw badValue(
    "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}",
  );
}

/** `$currentDate`: the time of the update. */
export function currentDate(value: Value): Leaf {
  const type = currentDateType(value);
  return {
    operator: '$currentDate',
    apply: (_current, { now }) =>
      type === 'date' ? now : new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 }),
  };
}
