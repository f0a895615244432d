import { examplesOf, type JsonSchema, type Operation, type Parameter, resolveSchema } from './openapi.ts';
import type { WireRequest } from './wire.ts';

/** What a request to an operation is made of; `body` is the text of the body. */
export interface RequestParts {
  readonly path: Readonly<Record<string, string>>;
  /** The query as sent, without the question mark. */
  readonly query: string;
  readonly body: string | undefined;
}

export interface InvalidRequest extends Omit<RequestParts, 'body'> {
  readonly title: string;
  readonly body: string | Buffer | undefined;
}

/** A parameter as it stands in a query. */
export const encoded = (name: string, value: unknown): string =>
  `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`;

/** A body that the operation's schema allows: its first example. */
export const exampleBody = ({ requestBody }: Operation): unknown =>
  requestBody === undefined ? undefined : examplesOf(requestBody)[0];

/** The parameters of an operation that stand in one place. */
export const placed = (operation: Operation, place: Parameter['in']): readonly Parameter[] =>
  operation.parameters.filter((parameter) => parameter.in === place);

/** A query of the parameters' examples. */
export const queryOf = (parameters: readonly Parameter[]): string =>
  parameters.map(({ name, example }) => encoded(name, example)).join('&');

/** A valid request, from the examples in openapi.yaml: every path parameter, the required query and the body. */
export function exampleParts(operation: Operation): RequestParts {
  const required = placed(operation, 'query').filter((parameter) => parameter.required);
  return {
    path: Object.fromEntries(placed(operation, 'path').map(({ name, example }) => [name, String(example)])),
    query: queryOf(required),
    body: operation.requestBody && JSON.stringify(exampleBody(operation)),
  };
}

/** A form without fields. */
const emptyForm = '--b--\r\n';

/** Puts the parts into a request to the operation. Path parameters are encoded; query and body go as they are. */
export function requestOf(operation: Operation, parts: Omit<InvalidRequest, 'title'>): WireRequest {
  const path = operation.path.replace(/\{([^}]+)\}/g, (_, name: string) =>
    encodeURIComponent(parts.path[name] ?? ''),
  );
  const body = parts.body ?? (operation.takesForm ? emptyForm : undefined);
  const contentType = body === emptyForm ? 'multipart/form-data; boundary=b' : 'application/json';
  return {
    method: operation.method.toUpperCase(),
    path: parts.query === '' ? path : `${path}?${parts.query}`,
    headers: {
      ...Object.fromEntries(placed(operation, 'header').map(({ name, example }) => [name, String(example)])),
      ...(body === undefined ? {} : { 'Content-Type': contentType }),
    },
    body,
  };
}

/** Requests that openapi.yaml says are wrong, one defect each. */
export function invalidRequests(operation: Operation): InvalidRequest[] {
  const valid = exampleParts(operation);
  const wrongQueries = invalidQueries(operation).map(({ title, query }) => ({ ...valid, title, query }));
  const wrongBodies = invalidBodies(operation).map(({ title, body }) => ({ ...valid, title, body }));
  const wrongPaths = Object.keys(valid.path).map((name) => ({
    ...valid,
    title: `a null character in ${name}`,
    path: { ...valid.path, [name]: 'a\0b' },
  }));
  return [...wrongPaths, ...wrongQueries, ...wrongBodies];
}

function invalidQueries(operation: Operation): { title: string; query: string }[] {
  const parameters = placed(operation, 'query');
  const required = parameters.filter((parameter) => parameter.required);
  return parameters.flatMap((parameter) => {
    const { name, schema } = parameter;
    const others = required.filter((other) => other !== parameter);
    const beside = (text: string) => [text, queryOf(others)].filter((part) => part !== '').join('&');
    const { type } = resolveSchema(schema);
    return [
      ...(parameter.required ? [{ title: `no ${name}`, query: queryOf(others) }] : []),
      ...(type === 'string' ? [{ title: `an operator for ${name}`, query: beside(`${name}[$ne]=x`) }] : []),
      ...(type === 'number' ? [{ title: `a word for ${name}`, query: beside(`${name}=abc`) }] : []),
      ...(name === 'sort' ? [{ title: 'a sort that is not JSON', query: beside('sort=ts') }] : []),
    ];
  });
}

function invalidBodies(operation: Operation): { title: string; body: string | Buffer }[] {
  const unreadable = [
    { title: 'a body that is cut off', body: '{"a":' },
    { title: 'a body that is not UTF-8', body: Buffer.from('{"a":"\xff"}', 'latin1') },
  ];
  if (operation.requestBody === undefined) return operation.method === 'get' ? [] : unreadable;
  const schema = resolveSchema(operation.requestBody.schema);
  const wrong = schema.required?.length ? ['[]', '"text"', '5', 'null'] : [];
  const whole = wrong.map((body) => ({ title: `the body ${body}`, body }));
  const parts = [...defects(schema, exampleBody(operation), '')].map(({ title, value }) => ({
    title,
    body: JSON.stringify(value),
  }));
  return [...unreadable, ...whole, ...parts];
}

interface Defect {
  readonly title: string;
  readonly value: unknown;
}

/** Copies of a valid value with one thing wrong in each, by the schema: missing, unknown, of another type. */
function* defects(schema: JsonSchema, valid: unknown, at: string): Generator<Defect> {
  const { properties = {}, required = [], additionalProperties, items } = schema;
  if (Array.isArray(valid)) {
    const [first, ...rest] = valid as unknown[];
    if (items === undefined || first === undefined) return;
    for (const { title, value } of valueDefects(resolveSchema(items), first, `${at}[0]`)) {
      yield { title, value: [value, ...rest] };
    }
    return;
  }
  if (typeof valid !== 'object' || valid === null) return;
  if (additionalProperties === false)
    yield { title: `an unknown key in ${at || 'body'}`, value: { ...valid, $where: 1 } };
  for (const [name, property] of Object.entries(properties)) {
    const { [name]: given, ...rest } = valid as Record<string, unknown>;
    if (required.includes(name)) yield { title: `no ${at}.${name}`, value: rest };
    for (const { title, value } of valueDefects(resolveSchema(property), given, `${at}.${name}`)) {
      yield { title, value: { ...rest, [name]: value } };
    }
  }
}

function* valueDefects(schema: JsonSchema, valid: unknown, at: string): Generator<Defect> {
  const types = [schema.type ?? []].flat();
  const operator = { $gt: '' };
  if (types.includes('string') || types.includes('boolean') || types.includes('number')) {
    yield { title: `an operator for ${at}`, value: operator };
    yield { title: `a list of lists for ${at}`, value: [[operator]] };
  } else if (types.includes('object')) {
    yield { title: `a text for ${at}`, value: 'text' };
  } else if (types.includes('array')) {
    yield { title: `an object for ${at}`, value: operator };
  } else if (schema.enum !== undefined) {
    yield { title: `a value that ${at} does not have`, value: 'no-such-value' };
  }
  yield* defects(schema, valid, at);
}
