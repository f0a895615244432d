import { matchRules } from '../../../../src/api/rocketchat/validation/match-rules.ts';
import {
  arrayOf,
  nullable,
  object,
  openObject,
  optional,
  type Schema,
  string,
} from '../../../../src/api/rocketchat/validation/schema.ts';

const check = (schema: Schema, value: unknown) => matchRules(schema, false)(value);
const registration = object({
  visitor: openObject({
    token: string('word'),
    username: optional(nullable(string('word'))),
    customFields: optional(arrayOf(openObject({ key: string('word') }))),
  }),
});

describe("Meteor's check() messages", () => {
  it.each([
    [{}, "Match error: Missing key 'visitor'"],
    [{ visitor: {} }, "Match error: Missing key 'token' in field visitor"],
    [{ visitor: { token: 5 } }, 'Match error: Expected string, got number in field visitor.token'],
    [{ visitor: { token: { $gt: '' } } }, 'Match error: Expected string, got object in field visitor.token'],
    [{ visitor: { token: [] } }, 'Match error: Expected string, got object in field visitor.token'],
    [{ visitor: { token: null } }, 'Match error: Expected string, got null in field visitor.token'],
    [{ visitor: 'x' }, 'Match error: Expected object, got string in field visitor'],
    [{ visitor: [] }, 'Match error: Expected plain object in field visitor'],
    [{ visitor: { token: 't' }, more: 1 }, 'Match error: Unknown key in field more'],
    [
      { visitor: { token: 't', customFields: {} } },
      'Match error: Expected array, got object in field visitor.customFields',
    ],
    [
      { visitor: { token: 't', customFields: [{ key: 1 }] } },
      'Match error: Expected string, got number in field visitor.customFields[0].key',
    ],
    ['text', 'Match error: Expected object, got string'],
  ])('says what is wrong with %j', (value, error) => {
    expect(check(registration, value)).toEqual({ error });
  });

  it('tolerates and drops unnamed keys of an open object, even prototype keys', () => {
    const value: unknown = JSON.parse(
      '{"visitor":{"token":"t","username":null,"__proto__":{"x":1},"constructor":2}}',
    );
    expect(check(registration, value)).toEqual({ value: { visitor: { token: 't', username: null } } });
  });

  it('coerces nothing', () => {
    expect(check(object({ a: string('word') }), { a: true })).toHaveProperty('error');
  });
});
