import { type JsonSchema, type Operation, resolveSchema } from './openapi.ts';
import { encoded, exampleBody, exampleParts, placed, queryOf, type RequestParts } from './spec-requests.ts';

/** A place for a text in the requests to an operation: a parameter, or one in the body. */
export interface TextPlace {
  /** `query term`, `body visitor.name`. */
  readonly title: string;
  /** What openapi.yaml allows, in characters. */
  readonly maxLength: number | undefined;
  /** A request that is valid but for this text in this place. */
  filledWith(text: string): RequestParts;
}

/** Every place for a text in the requests to an operation. */
export const textPlaces = (operation: Operation): TextPlace[] => [
  ...pathPlaces(operation),
  ...queryPlaces(operation),
  ...bodyPlaces(operation),
];

/** Lists in the requests to an operation that have no greatest number of items. */
export const unboundedLists = ({ parameters, requestBody }: Operation): JsonSchema[] =>
  [...parameters.map(({ schema }) => schema), ...(requestBody ? [requestBody.schema] : [])]
    .flatMap(schemasIn)
    .filter((schema) => typesOf(schema).includes('array') && schema.maxItems === undefined);

function schemasIn(given: JsonSchema): JsonSchema[] {
  const schema = resolveSchema(given);
  const { properties = {}, items, anyOf = [] } = schema;
  const parts = [...Object.values(properties), ...anyOf, ...(items ? [items] : [])];
  return [schema, ...parts.flatMap(schemasIn)];
}

function pathPlaces(operation: Operation): TextPlace[] {
  const valid = exampleParts(operation);
  return placed(operation, 'path').flatMap(({ name, schema }) =>
    textsIn(schema).map(({ maxLength }) => ({
      title: `path ${name}`,
      maxLength,
      filledWith: (text) => ({ ...valid, path: { ...valid.path, [name]: text } }),
    })),
  );
}

function queryPlaces(operation: Operation): TextPlace[] {
  const valid = exampleParts(operation);
  return placed(operation, 'query').flatMap((parameter) => {
    const { name, schema } = parameter;
    const others = placed(operation, 'query').filter((other) => other.required && other !== parameter);
    return textsIn(schema).map(({ maxLength }) => ({
      title: `query ${name}`,
      maxLength,
      filledWith: (text) => ({
        ...valid,
        query: [encoded(name, text), queryOf(others)].filter((part) => part !== '').join('&'),
      }),
    }));
  });
}

function bodyPlaces(operation: Operation): TextPlace[] {
  if (operation.requestBody === undefined) return [];
  const { schema } = operation.requestBody;
  return textsIn(schema).map(({ at, maxLength }) => ({
    title: `body ${at.join('.')}`,
    maxLength,
    filledWith: (text) => ({
      ...exampleParts(operation),
      body: JSON.stringify(filled(exampleBody(operation), schema, at, text)),
    }),
  }));
}

/** The names that lead to a text in a value; `*` is any item of a list, or any member of an open object. */
type Route = readonly string[];

function textsIn(given: JsonSchema, at: Route = []): { at: Route; maxLength: number | undefined }[] {
  const schema = resolveSchema(given);
  const { properties = {}, items, additionalProperties, anyOf = [] } = schema;
  // A bound may stand beside a reference.
  const maxLength = given.maxLength ?? schema.maxLength;
  const isText = maxLength !== undefined || typesOf(schema).includes('string');
  return [
    ...(isText ? [{ at, maxLength }] : []),
    ...anyOf.flatMap((alternative) => textsIn(alternative, at)),
    ...Object.entries(properties).flatMap(([name, property]) => textsIn(property, [...at, name])),
    ...(items ? textsIn(items, [...at, '*']) : []),
    ...(typeof additionalProperties === 'object' ? textsIn(additionalProperties, [...at, '*']) : []),
  ];
}

const typesOf = ({ type }: JsonSchema): readonly string[] => [type ?? []].flat();

/** A copy of a value with a text at the end of a route; what the value lacks on the way is made up. */
function filled(value: unknown, given: JsonSchema, [name, ...rest]: Route, text: string): unknown {
  if (name === undefined) return text;
  const alternatives = [given, ...(resolveSchema(given).anyOf ?? [])].map(resolveSchema);
  const holder = alternatives.find((schema) => memberOf(schema, name) !== undefined) ?? {};
  const member = memberOf(holder, name) ?? {};
  if (holder.items) return [filled(Array.isArray(value) ? value[0] : undefined, member, rest, text)];
  const object = typeof value === 'object' && value !== null ? { ...value } : leastOf(holder);
  return { ...object, [name]: filled((object as Record<string, unknown>)[name], member, rest, text) };
}

function memberOf({ properties = {}, items, additionalProperties }: JsonSchema, name: string) {
  if (name !== '*') return properties[name];
  return items ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
}

/** An object with no more than a schema requires. */
function leastOf({ properties = {}, required = [] }: JsonSchema): object {
  return Object.fromEntries(
    required.map((name) => [name, leastValue(resolveSchema(properties[name] ?? {}))]),
  );
}

function leastValue(schema: JsonSchema): unknown {
  if (typesOf(schema).includes('object')) return leastOf(schema);
  if (typesOf(schema).includes('string')) return 'x';
  return typesOf(schema).includes('array') ? [] : true;
}
