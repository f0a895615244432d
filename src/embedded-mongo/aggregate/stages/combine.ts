import { documentOf, fieldsOf, getField, splitPath } from '../../bson/fields.ts';
import { encode } from '../../bson/raw.ts';
import { type Document, isDocument, isRegex, typeName, type Value } from '../../bson/types.ts';
import { failedToParse, MongoError, notImplemented } from '../../errors.ts';
import { valuesAtPath } from '../../query/distinct.ts';
import { checkFieldPath, compileExpression, type VariableValues } from '../expression.ts';
import { checkVariableName } from '../operators/control.ts';
import type { Documents, NestedPipeline, StageCompiler, StageContext, StageParser } from '../stage.ts';
import { Tee } from '../tee.ts';
import { withPath } from './place.ts';

/** MongoDB's limit for what a `$facet` gathers, and for what a `$lookup` adds to one document, in bytes. */
const maxGatheredBytes = 100 * 1024 * 1024;

/**
 * Makes a function that collects lists, which must not be larger than that all together.
 * @param refusal the error to throw otherwise, given what there is by then.
 */
function boundedCollector(
  refusal: (bytes: number) => MongoError,
): (documents: Documents) => Promise<Document[]> {
  let bytes = 0;
  return async (documents) => {
    const list: Document[] = [];
    for await (const document of documents) {
      bytes += encode(document).length;
      if (bytes > maxGatheredBytes) throw refusal(bytes);
      list.push(document);
    }
    return list;
  };
}

const facetTooLarge = (bytes: number): MongoError =>
  new MongoError(
    4031700,
    `document constructed by $facet is ${bytes} bytes, which exceeds the limit of ${maxGatheredBytes} bytes`,
  );

const lookupTooLarge = (from: string): MongoError =>
  new MongoError(
    4568,
    `Total size of documents in ${from} matching pipeline's $lookup stage exceeds ${maxGatheredBytes} bytes`,
  );

/** `$facet`: several pipelines over the same documents, one document with their results. */
export const facet: StageParser = (specification, compiler) => {
  if (!isDocument(specification) || fieldsOf(specification).length === 0) {
    throw new MongoError(40169, 'the $facet specification must be a non-empty object');
  }
  const facets = fieldsOf(specification).map(([name, stages]) => {
    if (!Array.isArray(stages))
      throw new MongoError(40170, `arguments to $facet must be arrays, ${name} is type ${typeName(stages)}`);
    const nested = stages.find((stage) => isDocument(stage) && getField(stage, '$facet') !== undefined);
    const other = stages.find((stage) => !isDocument(stage));
    if (other !== undefined) {
      throw new MongoError(
        40171,
        `elements of arrays in $facet spec must be non-empty objects, ${name} argument contained an element of type ${typeName(other)}`,
      );
    }
    if (nested !== undefined)
      throw new MongoError(40600, '$facet is not allowed to be used within a $facet stage');
    return [name, compiler.compilePipeline(stages)] as const;
  });
  return async function* (input, context) {
    const tee = new Tee(input, facets.length);
    const collectBounded = boundedCollector(facetTooLarge);
    try {
      const results = await Promise.all(
        facets.map(
          async ([name, pipeline]): Promise<[string, Document[]]> => [
            name,
            await collectBounded(pipeline.run(tee.read(), context)),
          ],
        ),
      );
      yield documentOf(results);
    } finally {
      await tee.close();
    }
  };
};

/** The filter of the foreign documents whose field matches one of the local document's values. */
function joinFilter(foreignField: string, values: readonly Value[]): Document {
  const plain = values.filter((value) => !isRegex(value));
  const regexes = values.filter((value) => isRegex(value));
  const inPlain = documentOf([[foreignField, { $in: values.length === 0 ? [null] : plain }]]);
  if (regexes.length === 0) return inPlain;
  return { $or: [inPlain, ...regexes.map((regex) => documentOf([[foreignField, { $eq: regex }]]))] };
}

interface Lookup {
  readonly from: string;
  readonly as: string;
  readonly localField: readonly string[] | undefined;
  readonly foreignField: string | undefined;
  readonly variables: readonly (readonly [string, ReturnType<typeof compileExpression>])[];
  readonly pipeline: NestedPipeline | undefined;
}

const lookupFields = ['from', 'as', 'localField', 'foreignField', 'let', 'pipeline'];

function text(specification: Document, name: string): string | undefined {
  const value = getField(specification, name);
  if (value === undefined || typeof value === 'string') return value;
  if (name === 'from' && isDocument(value))
    throw notImplemented("a $lookup from another database's collection");
  throw failedToParse(`$lookup argument '${name}' must be a string, is type ${typeName(value)}`);
}

function parseLet(specification: Document, compiler: StageCompiler): Lookup['variables'] {
  const definitions = getField(specification, 'let') ?? {};
  if (!isDocument(definitions))
    throw failedToParse(`$lookup argument 'let: ${typeName(definitions)}' must be an object`);
  return fieldsOf(definitions).map(([name, expression]) => {
    checkVariableName(name);
    return [name, compileExpression(expression, compiler.variables)] as const;
  });
}

function parseLookup(specification: Value, compiler: StageCompiler): Lookup {
  if (!isDocument(specification))
    throw failedToParse(
      `the $lookup stage specification must be an object, but found ${typeName(specification)}`,
    );
  const unknown = fieldsOf(specification).find(([name]) => !lookupFields.includes(name));
  if (unknown) throw failedToParse(`unknown argument to $lookup: ${unknown[0]}`);
  const [from, as] = [text(specification, 'from'), text(specification, 'as')];
  if (from === undefined) throw failedToParse("missing 'from' option to $lookup stage specification");
  if (as === undefined) throw failedToParse("must specify 'as' field for a $lookup");
  checkFieldPath(as);
  const [local, foreignField] = [text(specification, 'localField'), text(specification, 'foreignField')];
  const stages = getField(specification, 'pipeline');
  if (
    (local === undefined) !== (foreignField === undefined) ||
    (local === undefined && stages === undefined)
  ) {
    throw failedToParse(
      "$lookup requires both or neither of 'localField' and 'foreignField' to be specified",
    );
  }
  if (stages === undefined && getField(specification, 'let') !== undefined) {
    throw failedToParse("$lookup with a 'let' argument must also specify 'pipeline'");
  }
  const variables = parseLet(specification, compiler);
  const names = variables.map(([name]) => name);
  if (foreignField !== undefined) checkFieldPath(foreignField);
  return {
    from,
    as,
    foreignField,
    variables,
    localField: local === undefined ? undefined : checkFieldPath(local),
    pipeline: stages === undefined ? undefined : compiler.compilePipeline(stages, names),
  };
}

function joined(lookup: Lookup, document: Document, context: StageContext): Documents {
  const values: VariableValues = new Map([
    ...context.variables,
    ...lookup.variables.map(
      ([name, expression]) => [name, expression.evaluate(document, context.variables)] as const,
    ),
  ]);
  const inner = { ...context, variables: values };
  const { from, pipeline, localField, foreignField } = lookup;
  if (localField === undefined || foreignField === undefined) return pipeline?.runOver(from, inner) ?? [];
  const candidates = context.readCollection(
    from,
    joinFilter(foreignField, valuesAtPath(document, localField)),
  );
  return pipeline === undefined ? candidates : pipeline.run(candidates, inner);
}

/** `$lookup`, by fields, by a pipeline, or both. */
export const lookup: StageParser = (specification, compiler) => {
  const parsed = parseLookup(specification, compiler);
  const place = splitPath(parsed.as);
  return async function* (input, context) {
    for await (const document of input) {
      const collectBounded = boundedCollector(() => lookupTooLarge(parsed.from));
      yield withPath(document, place, await collectBounded(joined(parsed, document, context)));
    }
  };
};

const unionFields = ['coll', 'pipeline'];

/** `$unionWith`: the documents, then those of another collection. */
export const unionWith: StageParser = (specification, compiler) => {
  const names = isDocument(specification) ? Object.keys(specification) : [];
  const unknown = names.find((name) => !unionFields.includes(name));
  if (unknown !== undefined)
    throw new MongoError(40415, `BSON field '$unionWith.${unknown}' is an unknown field.`);
  const from = isDocument(specification) ? getField(specification, 'coll') : specification;
  if (typeof from !== 'string') throw failedToParse('$unionWith requires the name of a collection');
  const stages = (isDocument(specification) ? getField(specification, 'pipeline') : undefined) ?? [];
  const pipeline = compiler.compilePipeline(stages);
  return async function* (input, context) {
    yield* input;
    yield* pipeline.runOver(from, context);
  };
};
