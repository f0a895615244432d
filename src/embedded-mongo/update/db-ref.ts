import { fieldsOf } from '../bson/fields.ts';
import { type Document, typeName, type Value } from '../bson/types.ts';
import { ErrorCode, MongoError } from '../errors.ts';

const invalid = (what: string): MongoError => new MongoError(ErrorCode.InvalidDBRef, what);

function checkText(name: string, value: Value | undefined): void {
  if (typeof value !== 'string')
    throw invalid(`The DBRef ${name} field must be a String, not a ${typeName(value)}`);
}

/**
 * Refuses (55) a field of a DBRef that an update leaves without the others: `$ref`, then `$id`, then `$db` if there is
 * one, with texts for `$ref` and `$db`.
 */
export function checkDbRefField(document: Document, name: string): void {
  const fields = fieldsOf(document);
  const nameAt = (position: number): string | undefined => fields[position]?.[0];
  let at = fields.findIndex(([each]) => each === name);
  if (at < 0) return;
  if (nameAt(at) === '$db') {
    checkText('$db', fields[at]?.[1]);
    at -= 1;
    if (nameAt(at) !== '$id') throw invalid('Found $db field without a $id before it, which is invalid.');
  }
  if (nameAt(at) === '$id') {
    at -= 1;
    if (nameAt(at) !== '$ref') throw invalid('Found $id field without a $ref before it, which is invalid.');
  }
  checkText('$ref', fields[at]?.[1]);
  if (nameAt(at + 1) !== '$id') throw invalid('The DBRef $ref field must be followed by a $id field');
}
