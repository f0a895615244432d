import { fieldsOf } from '../bson/fields.ts';
import { toInteger } from '../bson/numeric.ts';
import { isDocument, isNumeric, type Value } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import type { Evaluate, OperatorCompiler } from './scope.ts';

type Values = readonly (Value | undefined)[];

function checkCount(name: string, count: number, least: number, most: number): void {
  if (count >= least && count <= most) return;
  if (least === most) {
    throw new MongoError(
      16020,
      `Expression ${name} takes exactly ${least} arguments. ${count} were passed in.`,
    );
  }
  throw new MongoError(
    28667,
    `Expression ${name} takes at least ${least} arguments, and at most ${most}, but ${count} were passed in.`,
  );
}

/** An operator with `least` to `most` operands, all evaluated first. A single operand need not be in a list. */
export function operator(
  least: number,
  most: number,
  apply: (values: Values, name: string) => Value | undefined,
): OperatorCompiler {
  return (argument, compiler, name) => {
    const list = Array.isArray(argument) ? argument : [argument];
    checkCount(name, list.length, least, most);
    const operands = list.map((item) => compiler.compile(item));
    return (scope) =>
      apply(
        operands.map((operand) => operand(scope)),
        name,
      );
  };
}

/** An operator with one operand. */
export function unary(
  apply: (value: Value | undefined, name: string) => Value | undefined,
): OperatorCompiler {
  return operator(1, 1, ([value], name) => apply(value, name));
}

/** An operator with two operands. */
export function binary(
  apply: (a: Value | undefined, b: Value | undefined, name: string) => Value | undefined,
): OperatorCompiler {
  return operator(2, 2, ([a, b], name) => apply(a, b, name));
}

/** The fields that an operator's object argument may have, and the code for each that is required and missing. */
interface AllowedFields {
  readonly required: Readonly<Record<string, number>>;
  readonly optional: readonly string[];
}

/** The fields of an operator's object argument by name; refuses unknown and missing ones with the operator's codes. */
export function objectArgument(
  argument: Value,
  name: string,
  { required, optional }: AllowedFields,
  codes: { readonly notObject: number; readonly unknown: number },
): Map<string, Value> {
  if (!isDocument(argument)) {
    throw new MongoError(codes.notObject, `${name} only supports an object as its argument`);
  }
  const fields = new Map(fieldsOf(argument));
  for (const field of fields.keys()) {
    if (!Object.hasOwn(required, field) && !optional.includes(field)) {
      throw new MongoError(codes.unknown, `Unrecognized parameter to ${name}: ${field}`);
    }
  }
  for (const [field, code] of Object.entries(required)) {
    if (!fields.has(field)) throw new MongoError(code, `Missing '${field}' parameter to ${name}`);
  }
  return fields;
}

/** Compiles a field of an object argument, if present. */
export function compileOptional(
  fields: ReadonlyMap<string, Value>,
  name: string,
  compile: (expression: Value) => Evaluate,
): Evaluate | undefined {
  const expression = fields.get(name);
  return expression === undefined ? undefined : compile(expression);
}

/** A 32-bit integer operand, or the operator's error. */
export function int32Operand(value: Value | undefined, code: number, message: string): number {
  const integer = isNumeric(value) ? toInteger(value) : undefined;
  if (integer === undefined || integer > 2147483647n || integer < -2147483648n)
    throw new MongoError(code, message);
  return Number(integer);
}
