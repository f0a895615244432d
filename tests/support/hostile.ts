import fc from 'fast-check';
import type { Operation } from './openapi.ts';
import { exampleBody, exampleParts, type RequestParts } from './spec-requests.ts';

const deeplyNested = (open: string, close: string, depth: number) =>
  `${open.repeat(depth)}1${close.repeat(depth)}`;

/** JSON texts (and texts that only look like JSON) that no honest client sends. */
const hostileJson = fc.oneof(
  fc.constantFrom(
    '{"$gt":""}',
    '{"$ne":null}',
    '{"$where":"sleep(1000)"}',
    '{"$regex":"^(a+)+$"}',
    '{"__proto__":{"roles":["admin"]}}',
    '{"constructor":{"prototype":{"roles":["admin"]}}}',
    '{"toString":1,"hasOwnProperty":2,"length":-1}',
    '"\\u0000"',
    '"a\\u0000b"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '""',
    '" "',
    '"__proto__"',
    '"$where"',
    '"a.b.$.c"',
    '-1',
    '-0',
    '0',
    '1e308',
    '1e400',
    '-1e400',
    '9007199254740993',
    '5e-324',
    'NaN',
    'Infinity',
    'null',
    'true',
    '[]',
    '{}',
    '[[]]',
    '[null]',
    deeplyNested('[', ']', 40),
    deeplyNested('[', ']', 20_000),
    deeplyNested('{"a":', '}', 40),
    deeplyNested('{"a":', '}', 5_000),
    `"${'x'.repeat(100_000)}"`,
    '"2026-02-30T25:61:61Z"',
  ),
  fc.json(),
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
);

/** Texts for one query parameter, its brackets and value as they go over the wire. */
const hostileQuery = (name: string) =>
  fc.oneof(
    fc.constantFrom(
      `${name}[$ne]=x`,
      `${name}[$gt]=`,
      `${name}[$regex]=(a%2B)%2B$`,
      `${name}[]=a&${name}[]=b`,
      `${name}[0][$ne]=x`,
      `${name}=a&${name}=b`,
      `${name}[__proto__][admin]=1`,
      `${name}[constructor][prototype]=1`,
      `${name}=%00`,
      `${name}=a%00b`,
      `${name}=%ED%A0%80`,
      `${name}=%zz`,
      `${name}=%`,
      `${name}`,
      `${name}=`,
      `${name}=-1`,
      `${name}=-99999999999999999999`,
      `${name}=1e400`,
      `${name}=NaN`,
      `${name}=0x10`,
      `${name}=5.5`,
      `${name}=%7B%22$where%22:1%7D`,
      `${name}=%7B%22a%22:%7B%22b%22:-1%7D%7D`,
      `${name}=%7B%22%22:1%7D`,
      `${name}=%7B%22$ts%22:-1%7D`,
      `${name}=%7B%22a..b%22:1%7D`,
      `${name}=%7B%22__proto__%22:1%7D`,
      `${name}=%5B%5D`,
      `${name}=null`,
      `${name}=%22x%22`,
      `${name}=${'%5B'.repeat(500)}`,
      `${name}${'[a]'.repeat(200)}=1`,
      `${name}=${'x'.repeat(4_000)}`,
      // More than are read, in a line that is still taken: all headers together may have 16 KiB.
      Array.from({ length: 600 }, (_, i) => `${name}[${i}]=a`)
        .join('&')
        .slice(0, 15_000),
    ),
    fc.string({ unit: 'binary' }).map((text) => `${name}=${encodeURIComponent(text.toWellFormed())}`),
  );

const hostileSegment = fc.oneof(
  fc.constantFrom(
    '\0',
    'a\0b',
    '__proto__',
    'constructor',
    '$ne',
    '{"$ne":1}',
    '..',
    '%',
    '%00',
    ' ',
    '[object Object]',
  ),
  fc.string({ unit: 'binary', minLength: 1 }).map((text) => text.toWellFormed()),
);

/** Every place in a JSON value at which something else can be put: `[]` is the whole, `['a', 0]` a member. */
function placesIn(value: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  const members = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [at, ...members.flatMap(([key, member]) => placesIn(member, [...at, key])), [...at, 'unexpected']];
}

/** The value's JSON with a text, valid JSON or not, at one place. */
function withText(value: unknown, place: readonly (string | number)[], text: string): string {
  const [key, ...rest] = place;
  if (key === undefined || typeof value !== 'object' || value === null) return text;
  if (Array.isArray(value)) {
    const items = value.map((item, i) => (i === key ? withText(item, rest, text) : JSON.stringify(item)));
    return `[${(typeof key === 'number' ? items : [...items, text]).join(',')}]`;
  }
  const members = Object.entries(value).map(([name, member]) =>
    name === key ? [name, withText(member, rest, text)] : [name, JSON.stringify(member)],
  );
  if (!Object.hasOwn(value, key)) members.push([String(key), text]);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${member}`).join(',')}}`;
}

/** Requests to an operation that are valid but for one place, in which something hostile stands. */
export function hostileParts(operation: Operation): fc.Arbitrary<RequestParts> {
  const valid = exampleParts(operation);
  const names = operation.parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const anywhere = [...names, '__proto__', 'query', 'fields', '$where'];
  const join = (text: string) => [valid.query, text].filter((part) => part !== '').join('&');
  const queries = fc
    .constantFrom(...anywhere)
    .chain(hostileQuery)
    .chain((text) => fc.constantFrom({ ...valid, query: text }, { ...valid, query: join(text) }));
  const choices: fc.Arbitrary<RequestParts>[] = [queries];
  const pathNames = Object.keys(valid.path);
  if (pathNames.length > 0) {
    choices.push(
      fc
        .tuple(fc.constantFrom(...pathNames), hostileSegment)
        .map(([name, text]) => ({ ...valid, path: { ...valid.path, [name]: text } })),
    );
  }
  if (operation.requestBody !== undefined) {
    const body = exampleBody(operation);
    const bodies = fc
      .tuple(fc.constantFrom(...placesIn(body)), hostileJson)
      .map(([place, text]) => ({ ...valid, body: withText(body, place, text) }));
    choices.push(bodies, bodies, bodies);
  }
  return fc.oneof(...choices);
}
