import { problemsOf, validatorAt } from '../support/contract.ts';
import {
  type DocumentedAnswer,
  dialectOf,
  examplesOf,
  methods,
  openApi,
  operations,
  operationsIn,
  resolvePointer,
} from '../support/openapi.ts';

const answered = (answers: readonly DocumentedAnswer[]) => answers.map(({ status }) => status);

function* referencesIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (key === '$ref' && typeof member === 'string') yield member;
    else yield* referencesIn(member);
  }
}

function* objectSchemasIn(value: unknown, at: string): Generator<[string, Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return;
  const schema = value as Record<string, unknown>;
  if (schema.type === 'object' && 'properties' in schema) yield [at, schema];
  for (const [key, member] of Object.entries(schema)) yield* objectSchemasIn(member, `${at}/${key}`);
}

describe('openapi.yaml', () => {
  it('is an OpenAPI 3.1 document in which every reference resolves', () => {
    expect(openApi.openapi).toMatch(/^3\.1\./);
    const references = [...referencesIn(openApi)];
    expect(references.length).toBeGreaterThan(100);
    for (const reference of references) expect(resolvePointer(reference)).toBeDefined();
  });

  it('uses every component that it defines', () => {
    const used = new Set(referencesIn(openApi));
    const unused = Object.entries(openApi.components)
      .filter(([kind]) => kind !== 'securitySchemes')
      .flatMap(([kind, components]) => Object.keys(components).map((name) => `#/components/${kind}/${name}`))
      .filter((pointer) => !used.has(pointer));
    expect(unused).toEqual([]);
  });

  it('gives every operation a unique name in kebab case', () => {
    const ids = operations.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it('says what each of its groups of operations is', () => {
    const groups = Object.values(openApi.paths).flatMap((item) =>
      methods.flatMap((method) => item[method]?.tags ?? []),
    );
    expect(new Set(openApi.tags.map(({ name }) => name))).toEqual(new Set(groups));
  });

  it('declares exactly the parameters that a path names', () => {
    for (const { id, path, parameters } of operations) {
      const named = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
      const declared = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      expect({ id, declared: declared.sort() }).toEqual({ id, declared: named.sort() });
    }
  });

  it.each(operations.map((operation) => [operation.id, operation] as const))(
    'has schemas that compile, and examples that keep them, for %s',
    (_id, { requestBody, answers }) => {
      const bodies = [...answers, ...(requestBody ? [{ ...requestBody, mediaType: requestBody }] : [])];
      for (const { schemaPointer, mediaType } of bodies) {
        expect(validatorAt(schemaPointer)).toBeInstanceOf(Function);
        const examples = examplesOf(mediaType);
        expect(examples.length).toBeGreaterThan(0);
        for (const example of examples) {
          expect({ example, problems: problemsOf(schemaPointer, example) }).toEqual({
            example,
            problems: [],
          });
        }
      }
    },
  );

  it("documents the dialect's errors: logging in, permissions, limits, large bodies, an outage", () => {
    for (const { id, method, secured, answers } of operations.filter(({ path }) => dialectOf(path))) {
      if (id === 'info') continue;
      const expected = [503];
      if (secured) expected.push(401);
      if (id !== 'method-call') expected.push(429);
      // The size of an upload is a setting, and refused as in Rocket.Chat.
      if (method !== 'get') expected.push(...(id === 'livechat-upload-rid' ? [415] : [413, 415]));
      expect({ id, statuses: answered(answers) }).toEqual({ id, statuses: expect.arrayContaining(expected) });
    }
  });

  it('answers in exactly application/json as Rocket.Chat', () => {
    for (const { path, answers } of operationsIn('rocketchat')) {
      for (const { contentType } of answers) expect([path, contentType]).toEqual([path, 'application/json']);
    }
  });

  it('closes every answer to undocumented members', () => {
    // The fields that two answers about a user share are closed where they are used.
    const extended = '#/components/schemas/MeFields';
    const pending = new Set(
      operations.flatMap(({ answers }) => answers.map((answer) => answer.schemaPointer)),
    );
    const open: string[] = [];
    for (const pointer of pending) {
      const schema = resolvePointer(pointer);
      for (const reference of referencesIn(schema)) pending.add(reference);
      for (const [at, { additionalProperties, unevaluatedProperties }] of objectSchemasIn(schema, pointer)) {
        if (additionalProperties !== false && unevaluatedProperties !== false) open.push(at);
      }
    }
    expect(open).toEqual([extended]);
  });
});
