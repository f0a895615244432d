import fc from 'fast-check';
import { parts, RowStore, type StoredTexts } from '../../../src/storage/memory-table/row-store.ts';

const guest = (n: number): StoredTexts => ({
  id: `visitor-${n}`,
  texts: [`guest-${n}`, 'köln'],
  sortTexts: [`\u0002Guest ${n}`, ''],
});

const storeOf = (rows: readonly StoredTexts[], searchedSortTexts = 0): RowStore => {
  const store = new RowStore(searchedSortTexts);
  rows.forEach((texts, row) => {
    store.write(row, texts);
  });
  return store;
};

/** Rows enough for symbols to be learned from them. */
const many = Array.from({ length: 40_000 }, (_, n) => guest(n));

describe('a store of rows', () => {
  it('gives back whatever was written, before and after symbols have been learned', () => {
    // Code units of any kind, so that letters of several bytes and halves of pairs are among them.
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\0', '\u00fe', 'guest-1'),
    );
    const row = fc.record({
      id: text,
      texts: fc.tuple(text, text),
      sortTexts: fc.tuple(
        text.map((each) => `\u0002${each}`),
        text.map((each) => `\u0002${each}`),
      ),
    });
    const learned = storeOf(many);
    let next = many.length;
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const first = next;
        const fresh = storeOf(rows);
        for (const texts of rows) {
          learned.write(next, texts);
          next += 1;
        }
        for (const [index, { id, texts, sortTexts }] of rows.entries()) {
          const written = [id, texts.join('\0').replace(/\0+$/, ''), ...sortTexts].map((each) =>
            Buffer.from(each).toString(),
          );
          for (const [part, expected] of written.entries()) {
            expect(fresh.textOf(index, part)).toBe(expected);
            expect(learned.textOf(first + index, part)).toBe(expected);
          }
        }
      }),
    );
    for (const row of [0, 17, 20_000, 39_999]) expect(learned.textOf(row, parts.id)).toBe(`visitor-${row}`);
  });

  it('gives back texts that are longer than its pieces of memory', () => {
    for (const long of ['a'.repeat(1_200_000), 'äb'.repeat(400_000)]) {
      const store = storeOf([guest(0), { id: 'long', texts: [long, 'b'], sortTexts: ['', ''] }, guest(2)]);
      expect(store.textOf(1, parts.texts)).toBe(`${long}\0b`);
      expect([0, 2].map((row) => store.textOf(row, parts.id))).toEqual(['visitor-0', 'visitor-2']);
    }
  });

  it('gives back rows wherever they are, among more than 2¹⁶ and in more than 2²⁴ bytes', () => {
    const noise = Array.from({ length: 100_000 }, (_, n) => (Math.imul(n, n) % 99_991).toString(36)).join('');
    const textOf = (row: number) =>
      noise.slice((row * 97) % 90_000, ((row * 97) % 90_000) + 300 + (row % 40));
    const count = 80_000;
    const store = new RowStore();
    for (let row = 0; row < count; row += 1)
      store.write(row, { id: `${row}`, texts: [textOf(row)], sortTexts: [] });
    expect(store.bytes).toBeGreaterThan(2 ** 24);
    for (let row = 0; row < count; row += 37)
      expect([parts.id, parts.texts].map((part) => store.textOf(row, part))).toEqual([`${row}`, textOf(row)]);
  });

  it('gives six bytes of a part at a time, and behind its end those of the id', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'guest-1', 'ö', '😀', '\u0002'), maxLength: 9 });
    const row = fc.record({
      id: text,
      texts: fc.tuple(text),
      sortTexts: fc.tuple(text, text),
    });
    const look = fc.record({ at: fc.nat(1), part: fc.nat(3), offset: fc.nat(50) });
    const sixAt = (bytes: Buffer, offset: number) =>
      offset > bytes.length ? -1 : Buffer.concat([bytes, Buffer.alloc(6)]).readUIntBE(offset, 6);
    const learned = storeOf(many);
    let next = many.length;
    fc.assert(
      fc.property(fc.tuple(row, row), fc.array(look, { maxLength: 20 }), (rows, looks) => {
        for (const [index, texts] of rows.entries()) learned.write(next + index, texts);
        const fresh = storeOf(rows);
        for (const { at, part, offset } of looks) {
          const { id, texts, sortTexts } = rows[at] as StoredTexts;
          const bytes = Buffer.from([id, ...texts, ...sortTexts][part] ?? '');
          const depths = Math.floor(bytes.length / 6) + 1;
          const atDepth =
            offset < depths ? sixAt(bytes, offset * 6) : sixAt(Buffer.from(id), (offset - depths) * 6);
          for (const [store, place] of [
            [fresh, at],
            [learned, next + at],
          ] as const) {
            expect(store.sixBytes(place, part, offset)).toBe(sixAt(bytes, offset));
            expect(store.sixBytesOrId(place, part, offset)).toBe(atDepth);
            expect(store.lengthOf(place, part)).toBe(bytes.length);
          }
        }
        next += 2;
      }),
      { numRuns: 500 },
    );
  });

  it('takes half the bytes that texts have, or less, if they are much alike', () => {
    const bytesOf = (rows: readonly StoredTexts[]) => storeOf(rows).bytes;
    const plain = 40_000 * Buffer.byteLength('visitor-12345guest-12345köln\u0002Guest 12345');
    expect(bytesOf([...many, ...many]) - bytesOf(many)).toBeLessThan(plain / 2);
  });

  it('takes hardly more bytes than texts have that are not alike at all', () => {
    const letters = '23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz';
    let random = 1;
    const nextLetter = () => {
      random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
      return letters[Math.floor((random / 2 ** 32) * letters.length)];
    };
    const randomRow = () => ({
      id: Array.from({ length: 17 }, nextLetter).join(''),
      texts: [],
      sortTexts: [],
    });
    const rows = Array.from({ length: 150_000 }, randomRow);
    const bytesForRow = (storeOf(rows).bytes - storeOf(rows.slice(0, 100_000)).bytes) / 50_000;
    const addressBytes = 4;
    expect(bytesForRow).toBeLessThan(17 + addressBytes + 1);
  });

  it('takes no more bytes than texts have, when their letters follow each other in another order than before', () => {
    const store = new RowStore();
    const add = (text: string, from: number, count: number): number => {
      const before = store.bytes;
      for (let row = from; row < from + count; row += 1)
        store.write(row, { id: '', texts: [`${text} ${row}`], sortTexts: [] });
      return (store.bytes - before) / count;
    };
    add('order', 100_000, 100_000);
    const addressBytes = 4;
    expect(add('redro', 200_000, 10_000)).toBeLessThan(
      '\xfe'.length * 2 + 'redro 200000'.length + addressBytes,
    );
  });

  it('takes less bytes again for texts of another kind, once there are as many of them as of those before', () => {
    const store = new RowStore();
    let row = 0;
    const add = (word: string, count: number): number => {
      const before = store.bytes;
      for (const end = row + count; row < end; row += 1)
        store.write(row, { id: `${row}`, texts: [word.repeat(20)], sortTexts: [] });
      return (store.bytes - before) / count;
    };
    add('hauptbahnhof', 20_000);
    add('gxqvyzjkmwcd', 30_000);
    expect(add('gxqvyzjkmwcd', 1_000)).toBeLessThan((12 * 20) / 5);
  });

  it('finds what texts and searched sort texts contain, and what the first text begins with', () => {
    const piece = fc.constantFrom('g', 'gu', 'guest', '-', '1', '12', 'k', 'kö', 'öln', 'z', '\u00fe', '😀');
    const some = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''));
    const wanted = some.filter((text) => text !== '');
    const row = fc.record({ id: some, first: some, second: some, name: some, phone: some });
    const learned = storeOf(many, 1);
    let next = many.length;
    fc.assert(
      fc.property(row, wanted, ({ id, first, second, name, phone }, letters) => {
        const texts = { id, texts: [first, second], sortTexts: [`\u0002${name.toUpperCase()}`, phone] };
        learned.write(next, texts);
        const plain = storeOf([texts], 1);
        // Only the case of ASCII letters is ignored in sort texts.
        const found = name.toUpperCase().replace(/[A-Z]/g, (letter) => letter.toLowerCase());
        const contains = [first, second, found].some((text) => text.includes(letters));
        const begins = [first, found].some((text) => text.startsWith(letters));
        expect([learned.containing(letters)(next), plain.containing(letters)(0)]).toEqual([
          contains,
          contains,
        ]);
        expect([learned.beginningWith(letters)(next), plain.beginningWith(letters)(0)]).toEqual([
          begins,
          begins,
        ]);
        next += 1;
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the first 300 letters of a text to sort by, and no half of one', () => {
    const store = storeOf(['a', '😀', 'aa😀'].map((id) => ({ id, texts: [], sortTexts: [id.repeat(201)] })));
    const lengths = [0, 1, 2].map((row) => store.textOf(row, parts.firstSortText).length);
    expect(lengths).toEqual([201, 300, 300]);
    store.write(3, { id: '', texts: [], sortTexts: [`a${'😀'.repeat(200)}`] });
    expect(store.textOf(3, parts.firstSortText)).toBe(`a${'😀'.repeat(149)}`);
  });

  it('says whether it holds a row in just this spelling', () => {
    const store = storeOf(many);
    for (const row of [3, 39_000]) {
      const { id, texts, sortTexts } = guest(row);
      expect(store.holds(row, guest(row))).toBe(true);
      expect(store.holds(row, { id, texts, sortTexts: [`\u0002GUEST ${row}`, ''] })).toBe(false);
      expect(store.holds(row, { id, texts, sortTexts: [...sortTexts.slice(0, 1), '\u0002'] })).toBe(false);
      expect(store.holds(row, guest(row + 1))).toBe(false);
    }
  });
});
