import { fieldsOf, getField } from '../../bson/fields.ts';
import { type Document, isDocument, typeName, type Value } from '../../bson/types.ts';
import { MongoError } from '../../errors.ts';
import { checkFieldPath } from '../expression.ts';

interface Unwind {
  readonly path: string;
  readonly keepsEmpty: boolean;
  readonly indexField: string | undefined;
}

function optional<T extends Value>(
  fields: Document,
  name: string,
  accepts: (value: Value) => value is T,
  code: number,
  what: string,
): T | undefined {
  const value = getField(fields, name);
  if (value === undefined) return undefined;
  if (!accepts(value))
    throw new MongoError(
      code,
      `expected ${what} for the ${name} option to $unwind stage, got ${typeName(value)}`,
    );
  return value;
}

const isText = (value: Value): value is string => typeof value === 'string';
const isBoolean = (value: Value): value is boolean => typeof value === 'boolean';

/** Reads the argument of `$unwind`. */
export function parseUnwind(specification: Value): Unwind {
  if (typeof specification === 'string')
    return { path: unwindPath(specification), keepsEmpty: false, indexField: undefined };
  if (!isDocument(specification)) {
    throw new MongoError(
      15981,
      `expected either a string or an object as specification for $unwind stage, got ${typeName(specification)}`,
    );
  }
  const known = ['path', 'preserveNullAndEmptyArrays', 'includeArrayIndex'];
  const unknown = fieldsOf(specification).find(([name]) => !known.includes(name));
  if (unknown) throw new MongoError(28811, `unrecognized option to $unwind stage: ${unknown[0]}`);
  const path = optional(specification, 'path', isText, 28808, 'a string');
  if (path === undefined) throw new MongoError(28812, 'no path specified to $unwind stage');
  const indexField = optional(specification, 'includeArrayIndex', isText, 28810, 'a non-empty string');
  if (indexField === '')
    throw new MongoError(
      28810,
      'expected a non-empty string for the includeArrayIndex option to $unwind stage',
    );
  if (indexField?.startsWith('$'))
    throw new MongoError(
      28822,
      "includeArrayIndex option to $unwind stage should not be prefixed with a '$'",
    );
  return {
    path: unwindPath(path),
    keepsEmpty: optional(specification, 'preserveNullAndEmptyArrays', isBoolean, 28809, 'a boolean') ?? false,
    indexField,
  };
}

function unwindPath(path: string): string {
  if (!path.startsWith('$'))
    throw new MongoError(28818, `path option to $unwind stage should be prefixed with a '$': ${path}`);
  checkFieldPath(path.slice(1));
  return path.slice(1);
}
