import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A JSON schema, as far as the tests look into one. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

interface Reference {
  readonly $ref: string;
}

export interface MediaType {
  readonly schema: JsonSchema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

type Content = Readonly<Record<string, MediaType>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

interface ResponseObject {
  readonly description: string;
  readonly content: Content;
}

interface OperationObject {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, ResponseObject | Reference>>;
}

type PathItem = Readonly<Partial<Record<Method, OperationObject>>> & {
  readonly parameters?: readonly (Parameter | Reference)[];
};

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
export const methods: readonly Method[] = ['get', 'post', 'put', 'patch', 'delete'];

/** openapi.yaml as it stands in the file. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What an operation documents for one status and content type. */
export interface DocumentedAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Where its schema stands in the document, as a JSON pointer. */
  readonly schemaPointer: string;
  readonly mediaType: MediaType;
}

/** One operation with every reference to a parameter or response resolved. */
export interface Operation {
  readonly id: string;
  readonly method: Method;
  /** As in the document: `/api/v1/livechat/visitor/{token}`. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly secured: boolean;
  readonly requestBody: (MediaType & { readonly schemaPointer: string }) | undefined;
  /** Whether it takes a form with files instead. */
  readonly takesForm: boolean;
  readonly answers: readonly DocumentedAnswer[];
}

export const openApi = parse(
  readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8'),
) as OpenApiDocument;

const pointerTo = (...segments: string[]): string =>
  `#/${segments.map((segment) => segment.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`;

/** What a JSON pointer into the document (`#/components/…`) points at. @throws where nothing is there. */
export function resolvePointer(pointer: string): unknown {
  let found: unknown = openApi;
  for (const segment of pointer.split('/').slice(1)) {
    const key = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    const holder = found as Record<string, unknown>;
    if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) {
      throw new Error(`openapi.yaml refers to ${pointer}, which is not there`);
    }
    found = holder[key];
  }
  return found;
}

const resolve = <T extends object>(value: T | Reference): T =>
  '$ref' in value ? (resolvePointer(value.$ref) as T) : value;

/** Follows `$ref` until there is none. */
export function resolveSchema(schema: JsonSchema): JsonSchema {
  return schema.$ref === undefined ? schema : resolveSchema(resolvePointer(schema.$ref) as JsonSchema);
}

function answersOf(operation: OperationObject, pointer: readonly string[]): DocumentedAnswer[] {
  return Object.entries(operation.responses).flatMap(([status, response]) => {
    const { content } = resolve(response);
    const place = '$ref' in response ? response.$ref : pointerTo(...pointer, 'responses', status);
    return Object.entries(content).map(([contentType, mediaType]) => ({
      status: Number(status),
      contentType,
      mediaType,
      schemaPointer: `${place}/${pointerTo('content', contentType, 'schema').slice(2)}`,
    }));
  });
}

function operationsOf(path: string, item: PathItem): Operation[] {
  return methods.flatMap((method) => {
    const operation = item[method];
    if (operation === undefined) return [];
    const pointer = ['paths', path, method];
    const json = operation.requestBody?.content['application/json'];
    const bodySchema = pointerTo(...pointer, 'requestBody', 'content', 'application/json', 'schema');
    return {
      id: operation.operationId,
      method,
      path,
      parameters: [...(item.parameters ?? []), ...(operation.parameters ?? [])].map((parameter) =>
        resolve<Parameter>(parameter),
      ),
      secured: operation.security !== undefined,
      requestBody: json && { ...json, schemaPointer: bodySchema },
      takesForm: operation.requestBody?.content['multipart/form-data'] !== undefined,
      answers: answersOf(operation, pointer),
    };
  });
}

/** Every operation, in the order of the document. */
export const operations: readonly Operation[] = Object.entries(openApi.paths).flatMap(([path, item]) =>
  operationsOf(path, item),
);

/** Whether the operation's answer goes on until the client goes. */
export const isEndless = ({ answers }: Operation): boolean =>
  answers.some(({ contentType }) => contentType === 'text/event-stream');

/** The examples of a body or an answer. */
export const examplesOf = ({ example, examples }: MediaType): unknown[] => [
  ...(example === undefined ? [] : [example]),
  ...Object.values(examples ?? {}).map(({ value }) => value),
];

const literalSegments = (path: string): number =>
  path.split('/').filter((segment) => !segment.startsWith('{')).length;

const matchers = operations
  .map((operation) => ({
    operation,
    pattern: new RegExp(
      `^${operation.path.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '[^/]+')}${operation.path === '/' ? '' : '/?'}$`,
    ),
  }))
  .sort((a, b) => literalSegments(b.operation.path) - literalSegments(a.operation.path));

/** The operation that serves a method and path (without a query); the most literal path wins, as in the router. */
export function findOperation(method: string, path: string): Operation | undefined {
  return matchers.find(
    ({ operation, pattern }) => operation.method === method.toLowerCase() && pattern.test(path),
  )?.operation;
}

/** Where each dialect's operations are; whatever is elsewhere is for operators. */
const dialectPaths = {
  rocketchat: /^\/api\/(v1\/|info$)/,
  foyer: /^\/api\/foyer\//,
  livechat: /^\/(v2\/)?(agents|chats|goals|groups|status|visitors|webhooks)(\/|$)/,
  revechat: /^\/api\/(agents|chats|offlinemessages|visitors)(\/|$)/,
} as const;
export type DialectName = keyof typeof dialectPaths;

export const dialectNames = Object.keys(dialectPaths) as DialectName[];

/** The dialect to which a path belongs; undefined for the pages for operators. */
export const dialectOf = (path: string): DialectName | undefined =>
  dialectNames.find((name) => dialectPaths[name].test(path));

/** The operations of one dialect. */
export const operationsIn = (dialect: DialectName): readonly Operation[] =>
  operations.filter(({ path }) => dialectOf(path) === dialect);
