/** Bytes of a known length in pieces: something large is assembled while it is sent, not all at once. */
export interface Pieces {
  readonly length: number;
  readonly count: number;
  piece(i: number): Uint8Array;
}

const lengthFieldBytes = 4;
const documentEnd = Buffer.alloc(1);

export const wholePiece = (bytes: Uint8Array): Pieces => ({
  length: bytes.length,
  count: 1,
  piece: () => bytes,
});

/** A BSON document with more elements at its end; nothing of it is copied. */
export function withElements(document: Pieces, elements: Uint8Array): Pieces {
  const length = document.length + elements.length;
  const lengthField = Buffer.allocUnsafe(lengthFieldBytes);
  lengthField.writeInt32LE(length);
  const given = (i: number): Uint8Array => {
    const piece = document.piece(i);
    const start = i === 0 ? lengthFieldBytes : 0;
    return piece.subarray(start, i === document.count - 1 ? piece.length - documentEnd.length : piece.length);
  };
  return {
    length,
    count: document.count + 3,
    piece: (i) => {
      if (i === 0) return lengthField;
      if (i <= document.count) return given(i - 1);
      return i === document.count + 1 ? elements : documentEnd;
    },
  };
}

/** The same bytes in one buffer. */
export function joinPieces(pieces: Pieces): Buffer {
  const whole = Buffer.allocUnsafe(pieces.length);
  let filled = 0;
  for (let i = 0; i < pieces.count; i += 1) {
    const piece = pieces.piece(i);
    whole.set(piece, filled);
    filled += piece.length;
  }
  return whole;
}

/** The same bytes in blocks of this size; the last one may be shorter. */
export function* blocksOf(pieces: Pieces, blockBytes: number): Generator<Buffer> {
  let left = pieces.length;
  let block = Buffer.allocUnsafe(Math.min(left, blockBytes));
  let filled = 0;
  for (let i = 0; i < pieces.count; i += 1) {
    const piece = pieces.piece(i);
    let from = 0;
    while (from < piece.length) {
      const taken = Math.min(piece.length - from, block.length - filled);
      block.set(taken === piece.length ? piece : piece.subarray(from, from + taken), filled);
      from += taken;
      filled += taken;
      if (filled < block.length) continue;
      left -= filled;
      yield block;
      block = Buffer.allocUnsafe(Math.min(left, blockBytes));
      filled = 0;
    }
  }
}
