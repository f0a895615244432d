import fc from 'fast-check';
import { blocksOf, joinPieces } from '../../../src/embedded-mongo/bson/pieces.ts';

it('blocks have the same bytes as the pieces, and all but the last are full', () => {
  const manyBytes = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });
  fc.assert(
    fc.property(manyBytes, fc.integer({ min: 1, max: 50 }), (list, blockBytes) => {
      const whole = Buffer.concat(list);
      const pieces = {
        length: whole.length,
        count: list.length,
        piece: (i: number) => list[i] as Uint8Array,
      };
      expect(joinPieces(pieces)).toEqual(whole);
      const blocks = [...blocksOf(pieces, blockBytes)];
      expect(Buffer.concat(blocks)).toEqual(whole);
      for (const block of blocks.slice(0, -1)) expect(block).toHaveLength(blockBytes);
    }),
  );
});
