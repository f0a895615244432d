import { Int32 } from 'bson';
import { documentOf, fieldsOf, getField } from '../../bson/fields.ts';
import { type Document, isDocument, isNumeric, type Value } from '../../bson/types.ts';
import { valueKey } from '../../bson/value-key.ts';
import { MongoError } from '../../errors.ts';
import { type Accumulator, parseAccumulator } from '../accumulators.ts';
import { compileExpression, type VariableValues } from '../expression.ts';
import type { Stage, StageParser } from '../stage.ts';
import { sort } from './select.ts';

interface Group {
  readonly id: Value;
  readonly accumulators: readonly { field: string; state: ReturnType<Accumulator['start']> }[];
}

/** What identifies a document's group; null if the value is missing. */
type GroupId = (document: Document, variables: VariableValues) => Value;

function parseId(id: Value, variables: readonly string[]): GroupId {
  const fields = isDocument(id) ? fieldsOf(id) : [];
  const [only] = fields;
  if (only === undefined || only[0].startsWith('$')) {
    const expression = compileExpression(id, variables);
    return (document, values) => expression.evaluate(document, values) ?? null;
  }
  if (fields.some(([, value]) => isNumeric(value) || typeof value === 'boolean'))
    throw new MongoError(17390, '$group does not support inclusion-style expressions');
  const expression = compileExpression(id, variables);
  if (fields.length > 1) return (document, values) => expression.evaluate(document, values) ?? null;
  // MongoDB groups by a single field's bare value and wraps it in a document afterwards.
  const bare = compileExpression(only[1], variables);
  return (document, values) => documentOf([[only[0], bare.evaluate(document, values) ?? null]]);
}

function grouping(id: GroupId, accumulators: readonly Accumulator[]): Stage {
  return async function* (input, { variables }) {
    const groups = new Map<string, Group>();
    for await (const document of input) {
      const value = id(document, variables);
      const key = valueKey(value);
      let group = groups.get(key);
      if (group === undefined) {
        group = {
          id: value,
          accumulators: accumulators.map((item) => ({ field: item.field, state: item.start() })),
        };
        groups.set(key, group);
      }
      for (const { state } of group.accumulators) state.add(document, variables);
    }
    for (const each of groups.values()) yield resultOf(each);
  };
}

function resultOf(group: Group): Document {
  const entries = group.accumulators.map(({ field, state }): [string, Value] => [field, state.result()]);
  return documentOf([['_id', group.id], ...entries]);
}

/** `$group`, its groups in the order of their first documents. */
export const group: StageParser = (specification, { variables }) => {
  if (!isDocument(specification))
    throw new MongoError(15947, "a group's fields must be specified in an object");
  const id = getField(specification, '_id');
  if (id === undefined) throw new MongoError(15955, 'a group specification must include an _id');
  const accumulators = fieldsOf(specification)
    .filter(([name]) => name !== '_id')
    .map(([name, value]) => parseAccumulator(name, value, variables));
  return grouping(parseId(id, variables), accumulators);
};

/** Whether a value is a path or an operator with its operands. */
function isExpression(value: Value): boolean {
  if (typeof value === 'string') return value.startsWith('$');
  return isDocument(value) && fieldsOf(value)[0]?.[0].startsWith('$') === true;
}

/** `$sortByCount`: groups by an expression, the most frequent first. */
export const sortByCount: StageParser = (specification, compiler, name) => {
  if (!isExpression(specification)) {
    const code = typeof specification === 'string' ? 40148 : isDocument(specification) ? 40147 : 40149;
    throw new MongoError(
      code,
      'the sortByCount field must be defined as a $-prefixed path or an expression inside an object',
    );
  }
  const groups = group({ _id: specification, count: { $sum: new Int32(1) } }, compiler, name);
  const sorted = sort({ count: new Int32(-1) }, compiler, name);
  return (input, context) => sorted(groups(input, context), context);
};

/** `$count`: one document with the number of documents, none if there are none. */
export const count: StageParser = (field) => {
  if (typeof field !== 'string') throw new MongoError(40156, 'the count field must be a non-empty string');
  if (field === '') throw new MongoError(40156, 'the count field must be a non-empty string');
  if (field.startsWith('$')) throw new MongoError(40158, 'the count field cannot be a $-prefixed path');
  if (field.includes('\0')) throw new MongoError(40159, 'the count field cannot contain a null byte');
  if (field.includes('.')) throw new MongoError(40160, "the count field cannot contain '.'");
  return async function* (input) {
    let documents = 0;
    for await (const _document of input) documents += 1;
    if (documents > 0) yield documentOf([[field, new Int32(documents)]]);
  };
};
