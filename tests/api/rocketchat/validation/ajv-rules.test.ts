import { ajvRules } from '../../../../src/api/rocketchat/validation/ajv-rules.ts';
import {
  anyOf,
  arrayOf,
  boolean,
  matching,
  nullable,
  number,
  object,
  oneOf,
  openObject,
  optional,
  type Schema,
  string,
} from '../../../../src/api/rocketchat/validation/schema.ts';

const inBody = (schema: Schema, value: unknown) => ajvRules(schema, false)(value);
const inQuery = (schema: Schema, value: unknown) => ajvRules(schema, true)(value);

const pageVisited = object({
  token: string('word'),
  rid: optional(nullable(string('word'))),
  pageInfo: object({
    title: string('word'),
    change: string('word'),
    location: object({ href: string('word') }),
  }),
});
const pageInfo = { title: 'Home', change: 'url', location: { href: 'https://example.org/' } };

describe("Rocket.Chat's ajv messages", () => {
  it.each([
    ['the first missing property', {}, "must have required property 'token'"],
    ['a missing object', { token: 't' }, "must have required property 'pageInfo'"],
    ['a missing property of an object', { token: 't', pageInfo: {} }, "must have required property 'title'"],
    ['an object for a string', { token: 't', rid: {}, pageInfo }, 'must be string'],
    ['an extra key', { token: 't', pageInfo, extra: 1 }, 'must NOT have additional properties'],
    [
      'an extra key deep inside',
      { token: 't', pageInfo: { ...pageInfo, location: { href: '', hash: '' } } },
      'must NOT have additional properties',
    ],
    ['a prototype key', JSON.parse('{"token":"t","__proto__":{}}'), "must have required property 'pageInfo'"],
    ['text for an object', 'text', 'must be object'],
    ['a list for an object', [], 'must be object'],
  ])('names %s', (_what, value, error) => {
    expect(inBody(pageVisited, value)).toEqual({ error });
  });

  it('checks missing properties before surplus ones, and those before types', () => {
    const schema = object({ term: string('word'), count: optional(number()) });
    expect(inQuery(schema, { text: 'x' })).toEqual({ error: "must have required property 'term'" });
    expect(inQuery(schema, { term: 'x', count: 'abc', text: 'x' })).toEqual({
      error: 'must NOT have additional properties',
    });
    expect(inQuery(schema, { term: 'x', count: 'abc' })).toEqual({ error: 'must be number' });
  });

  it('accepts null where the schema does', () => {
    expect(inBody(pageVisited, { token: 't', rid: null, pageInfo })).toEqual({
      value: { token: 't', rid: null, pageInfo },
    });
  });

  it('refuses prototype keys like any other', () => {
    const value: unknown = JSON.parse('{"a":"1","__proto__":{"b":1}}');
    expect(inBody(object({ a: string('word') }), value)).toEqual({
      error: 'must NOT have additional properties',
    });
  });

  it('reads only the named properties of an open object', () => {
    const open = openObject({ a: string('word') });
    expect(inBody(open, { a: '1', b: { $gt: '' } })).toEqual({ value: { a: '1' } });
    expect(inBody(open, JSON.parse('{"a":"1","__proto__":{"b":1}}'))).toEqual({ value: { a: '1' } });
    expect(inBody(nullable(open), null)).toEqual({ value: null });
  });

  it('checks lists', () => {
    const schema = object({ fields: arrayOf(object({ key: string('word') }), 1) });
    expect(inBody(schema, { fields: {} })).toEqual({ error: 'must be array' });
    expect(inBody(schema, { fields: [] })).toEqual({ error: 'must NOT have fewer than 1 items' });
    expect(inBody(schema, { fields: [{}] })).toEqual({ error: "must have required property 'key'" });
  });

  it('checks patterns and choices', () => {
    expect(inBody(matching(/^[a-z]+$/, 'word'), 'A')).toEqual({ error: 'must match pattern "^[a-z]+$"' });
    expect(inBody(oneOf('visitor', 'room'), 'agent')).toEqual({
      error: 'must be equal to one of the allowed values',
    });
  });
});

describe("Rocket.Chat's ajv coercion", () => {
  it.each([
    ['a number for a string', string('word'), 5, '5'],
    ['a boolean for a string', string('word'), true, 'true'],
    ['null for a string', string('word'), null, ''],
    ['text for a number', number(), '5.5', 5.5],
    ['text for a boolean', boolean(), 'true', true],
  ])('turns %s', (_what, schema, given, value) => {
    expect(inBody(schema, given)).toEqual({ value });
  });

  it('reads an empty number in a query as null if null is allowed', () => {
    expect(inQuery(nullable(number()), '')).toMatchObject({ value: null });
    expect(inQuery(number(), '')).toEqual({ error: 'must be number' });
  });

  it('unwraps a one-element list in a query, but not for a nullable string', () => {
    expect(inQuery(string('word'), ['a'])).toMatchObject({ value: 'a' });
    expect(inQuery(boolean(), ['true'])).toMatchObject({ value: true });
    expect(inQuery(string('word'), ['a', 'b'])).toEqual({ error: 'must be string' });
    expect(inQuery(nullable(string('word')), ['a'])).toEqual({ error: 'must be string' });
  });

  it('unwraps a one-element list for a nullable number or boolean', () => {
    expect(inQuery(nullable(number()), ['5'])).toEqual({ value: 5 });
    expect(inQuery(nullable(boolean()), ['true'])).toEqual({ value: true });
  });

  it.each([
    ['', null],
    [0, null],
    [false, null],
    ['x', undefined],
  ])('takes %p for null where a list or an object could be null', (given, value) => {
    const expected = (kind: string) => (value === null ? { value } : { error: `must be ${kind}` });
    expect(inBody(nullable(arrayOf(string('word'))), given)).toEqual(expected('array'));
    expect(inBody(nullable(object({})), given)).toEqual(expected('object'));
  });

  it('reads a value by the first of several schemas that fits, or says why none does', () => {
    const flag = anyOf(nullable(string('word')), nullable(boolean()));
    expect(inQuery(flag, 'true')).toEqual({ value: 'true' });
    expect(inQuery(flag, ['true'])).toEqual({ value: true });
    expect(inQuery(flag, { a: '1' })).toEqual({
      error: 'must be string\n must be boolean\n must match a schema in anyOf',
    });
  });

  it('turns a single value in a query into a list, but not in a body', () => {
    expect(inQuery(arrayOf(string('word')), 'x')).toEqual({ value: ['x'] });
    expect(inBody(arrayOf(string('word')), 'x')).toEqual({ error: 'must be array' });
  });

  it.each(['NaN', 'Infinity', '1e999', '0x'])('does not take %p for a number', (text) => {
    expect(inQuery(number(), text)).toEqual({ error: 'must be number' });
  });
});
