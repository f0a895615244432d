import { Int32 } from 'bson';
import { compareValues } from '../bson/compare.ts';
import { fieldsOf, setField } from '../bson/fields.ts';
import { isNullish } from '../bson/truth.ts';
import { type Document, isDocument, isNumeric, typeName, type Value } from '../bson/types.ts';
import { valueKey } from '../bson/value-key.ts';
import { MongoError } from '../errors.ts';
import { compileExpression, type VariableValues } from './expression.ts';
import { Summation } from './summation.ts';

/** The state of one accumulator in one group. */
interface State {
  add(value: Value | undefined): void;
  result(): Value;
}

function summing(): State {
  const sum = new Summation();
  return {
    add: (value) => {
      if (isNumeric(value)) sum.add(value);
    },
    result: () => sum.result(),
  };
}

function averaging(): State {
  const sum = new Summation();
  let count = 0;
  return {
    add: (value) => {
      if (!isNumeric(value)) return;
      sum.add(value);
      count += 1;
    },
    result: () => (count === 0 ? null : sum.mean(count)),
  };
}

const keepingExtreme = (sign: 1 | -1) => (): State => {
  let extreme: Value = null;
  return {
    add: (value) => {
      if (isNullish(value)) return;
      if (extreme === null || compareValues(value, extreme) * sign < 0) extreme = value;
    },
    result: () => extreme,
  };
};

function keepingFirst(): State {
  let first: Value | undefined;
  let seen = false;
  return {
    add: (value) => {
      if (!seen) first = value;
      seen = true;
    },
    result: () => first ?? null,
  };
}

function keepingLast(): State {
  let last: Value | undefined;
  return {
    add: (value) => {
      last = value;
    },
    result: () => last ?? null,
  };
}

function collecting(): State {
  const values: Value[] = [];
  return {
    add: (value) => {
      if (value !== undefined) values.push(value);
    },
    result: () => values,
  };
}

function collectingSet(): State {
  const values = new Map<string, Value>();
  return {
    add: (value) => {
      if (value === undefined) return;
      const key = valueKey(value);
      if (!values.has(key)) values.set(key, value);
    },
    result: () => [...values.values()],
  };
}

function merging(): State {
  const merged: Document = {};
  return {
    add: (value) => {
      if (isNullish(value)) return;
      if (!isDocument(value))
        throw new MongoError(
          40400,
          `$mergeObjects requires object inputs, but input is of type ${typeName(value)}`,
        );
      for (const [name, item] of fieldsOf(value)) setField(merged, name, item);
    },
    result: () => merged,
  };
}

function counting(): State {
  let count = 0;
  return {
    add: () => {
      count += 1;
    },
    result: () => new Int32(count),
  };
}

const states: ReadonlyMap<string, () => State> = new Map<string, () => State>([
  ['$sum', summing],
  ['$avg', averaging],
  ['$min', keepingExtreme(1)],
  ['$max', keepingExtreme(-1)],
  ['$first', keepingFirst],
  ['$last', keepingLast],
  ['$push', collecting],
  ['$addToSet', collectingSet],
  ['$mergeObjects', merging],
  ['$count', counting],
]);

/** The accumulators that are served. */
export const accumulatorNames: readonly string[] = [...states.keys()];

/** An accumulator of a `$group`; it starts once per group. */
export interface Accumulator {
  readonly field: string;
  start(): { add(document: Document, variables: VariableValues): void; result(): Value };
}

/** Parses `field: {$sum: …}`. Throws MongoDB's errors for anything that is not an accumulator. */
export function parseAccumulator(
  field: string,
  specification: Value,
  variables: readonly string[],
): Accumulator {
  if (field.includes('.')) throw new MongoError(40235, `The field name '${field}' cannot contain '.'`);
  if (field.startsWith('$'))
    throw new MongoError(40236, `The field name '${field}' cannot be an operator name`);
  if (!isDocument(specification))
    throw new MongoError(40234, `The field '${field}' must be an accumulator object`);
  const [only, ...others] = fieldsOf(specification);
  if (only === undefined || others.length > 0)
    throw new MongoError(40238, `The field '${field}' must specify one accumulator`);
  const [name, argument] = only;
  if (!name.startsWith('$'))
    throw new MongoError(40234, `The field '${field}' must be an accumulator object`);
  const startState = states.get(name);
  if (startState === undefined) throw new MongoError(15952, `unknown group operator '${name}'`);
  const isEmpty = isDocument(argument) && fieldsOf(argument).length === 0;
  if (name === '$count' && !isEmpty) throw new MongoError(9, '$count takes no arguments, i.e. $count:{}');
  if (Array.isArray(argument) && argument.length !== 1)
    throw new MongoError(40237, `The ${name} accumulator is a unary operator`);
  const expression = compileExpression(Array.isArray(argument) ? (argument[0] ?? null) : argument, variables);
  return {
    field,
    start() {
      const state = startState();
      return {
        add: (document, values) => state.add(expression.evaluate(document, values)),
        result: () => state.result(),
      };
    },
  };
}
