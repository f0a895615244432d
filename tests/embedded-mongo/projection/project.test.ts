import fc from 'fast-check';
import { decode, encode } from '../../../src/embedded-mongo/bson/raw.ts';
import { compileProjection } from '../../../src/embedded-mongo/projection/project.ts';
import { documents } from '../arbitraries.ts';
import { codeOf, doc, shown } from '../values.ts';

const gives = (document: object, specification: object, expected: object, matchedIndex?: number): void => {
  const projected = compileProjection(doc(specification)).project(doc(document), { matchedIndex });
  expect(shown(projected)).toEqual(shown(doc(expected)));
  expect(Object.keys(projected)).toEqual(Object.keys(expected));
};

const person = { _id: 1, name: 'Ann', mail: [{ address: 'a@x', ok: true }, 7], phone: { home: 1, work: 2 } };

it("keeps the document's order, and _id unless it is excluded", () => {
  gives(person, { phone: 1, name: 1 }, { _id: 1, name: 'Ann', phone: { home: 1, work: 2 } });
  gives(person, { _id: 0, name: 1 }, { name: 'Ann' });
  gives(person, { _id: 1 }, { _id: 1 });
  gives(person, { mail: 0, phone: 0, _id: 1 }, { _id: 1, name: 'Ann' });
});

it('enters documents and arrays by dots and by nesting', () => {
  gives(
    person,
    { 'mail.address': 1, phone: { work: 1 } },
    { _id: 1, mail: [{ address: 'a@x' }], phone: { work: 2 } },
  );
  gives(person, { 'mail.ok': 0, phone: 0, name: 0 }, { _id: 1, mail: [{ address: 'a@x' }, 7] });
});

it('slices in place, keeping the other fields', () => {
  gives({ _id: 1, a: [1, 2, 3], b: 1 }, { a: { $slice: -2 } }, { _id: 1, a: [2, 3], b: 1 });
  gives({ _id: 1, a: [1, 2, 3], b: 1 }, { a: { $slice: [1, 1] }, b: 1 }, { _id: 1, a: [2], b: 1 });
  gives({ _id: 1, a: { b: [1, 2] } }, { 'a.b': { $slice: 1 } }, { _id: 1, a: { b: [1] } });
});

it('returns the first element that $elemMatch finds, or no field', () => {
  gives({ _id: 1, a: [1, 5, 9] }, { a: { $elemMatch: { $gt: 3 } } }, { _id: 1, a: [5] });
  gives({ _id: 1, a: [1] }, { a: { $elemMatch: { $gt: 3 } } }, { _id: 1 });
});

it('returns the element that the filter matched for the positional operator', () => {
  gives({ _id: 1, a: [4, 5, 6] }, { 'a.$': 1 }, { _id: 1, a: [5] }, 1);
  expect(compileProjection(doc({ 'a.$': 1 })).isPositional).toBe(true);
});

it('computes fields, after those that are kept', () => {
  gives({ _id: 1, a: 2, b: 3 }, { sum: { $add: ['$a', '$b'] }, a: 1 }, { _id: 1, a: 2, sum: 5 });
});

it('never takes a field from the prototype', () => {
  gives({ _id: 1 }, { constructor: 1, toString: 1 }, { _id: 1 });
  const specification = doc(JSON.parse('{"__proto__": 1}') as object);
  const hidden = doc(JSON.parse('{"_id": 1, "__proto__": 2}') as object);
  expect(Object.keys(compileProjection(specification).project(hidden))).toEqual(['_id', '__proto__']);
});

it('chooses fields of bytes as it does of a document, unless a path leads into an array', () => {
  const inclusions = fc.constantFrom<object>(
    { a: 1 },
    { _id: 0, 'a.b': 1 },
    { b: { c: 1, a: 1 }, 'a.a.c': 1 },
  );
  let undecoded = 0;
  fc.assert(
    fc.property(inclusions, documents, (inclusion, document) => {
      const projection = compileProjection(doc(inclusion));
      const bytes = encode({ _id: 7, ...document });
      const projected = projection.projectBytes(bytes);
      if (projected === undefined) return;
      undecoded += 1;
      expect(projected).toEqual(encode(projection.project(decode(bytes))));
    }),
  );
  expect(undecoded).toBeGreaterThan(0);
  const [first] = [{ _id: 1, mail: [{ address: 'a@x' }] }].map((each) => encode(each));
  expect(first && compileProjection(doc({ 'mail.address': 1 })).projectBytes(first)).toBeUndefined();
  for (const other of [{ a: 0 }, { a: { $slice: 1 } }, { a: '$b' }, { a: 1, b: { $literal: 2 } }, {}])
    expect(compileProjection(doc(other)).projectBytes(encode({ a: [1] }))).toBeUndefined();
});

describe('failure cases', () => {
  it.each([
    [{ a: 1, b: 0 }, 31254],
    [{ a: 0, b: 1 }, 31253],
    [{ a: 1, 'a.b': 1 }, 31249],
    [{ 'a.b': 1, a: 1 }, 31250],
    [{ a: {} }, 51270],
    [{ 'a.$.b': 1 }, 31394],
    [{ 'a.$': 0 }, 31395],
    [{ 'a.$': 1, 'b.$': 1 }, 31276],
    [{ 'a.b': { $elemMatch: { c: 1 } } }, 31274],
    [{ a: { $slice: 'x' } }, 28667],
    [{ a: 0, b: '$c' }, 31252],
    [{ $a: 1 }, 16410],
    [{ 'a.': 1 }, 40353],
  ])('refuses %j with %i', (specification, code) => {
    expect(codeOf(() => compileProjection(doc(specification)))).toBe(code);
  });

  it('fails if the filter matched no element of the array', () => {
    expect(codeOf(() => compileProjection(doc({ 'a.$': 1 })).project(doc({ a: [1] })))).toBe(51246);
  });
});
