import { Binary, Long, Timestamp } from 'bson';
import { type Pieces, withElements } from './bson/pieces.ts';
import { elementsOf, encode } from './bson/raw.ts';
import type { ChangeLog } from './storage/change-log.ts';
import type { OpTime } from './storage/op-time.ts';

/** Marks where the times go in the template, which has no other bytes like these. */
const placeholder = new Timestamp({ t: 0x5a5a5a5a, i: 0x5a5a5a5a });

/** What is added to every answer, signed as by a member without keys; only the times are filled in. */
const template = elementsOf(
  encode({
    $clusterTime: {
      clusterTime: placeholder,
      signature: { hash: new Binary(Buffer.alloc(20)), keyId: Long.ZERO },
    },
    operationTime: placeholder,
  }),
);
const firstTime = template.indexOf(Buffer.alloc(8, 0x5a));
const secondTime = template.lastIndexOf(Buffer.alloc(8, 0x5a));

/**
 * Adds to every answer, as a member of a replica set does, the time that the set has reached: drivers send it back with
 * what must come after it (causal consistency), and begin change streams by it. A time that a client has seen
 * elsewhere is not taken over: there is one member, and what it has acknowledged it also reads.
 */
export class ClusterTime {
  readonly #changes: ChangeLog;
  /** The same for all answers between two commits. */
  #told: { time: OpTime; elements: Buffer } | undefined;

  constructor(changes: ChangeLog) {
    this.#changes = changes;
  }

  /** The answer with `$clusterTime` and `operationTime`. */
  addTo(answer: Pieces): Pieces {
    return withElements(answer, this.#elements());
  }

  #elements(): Buffer {
    const { last } = this.#changes;
    if (this.#told?.time !== last) {
      const elements = Buffer.from(template);
      elements.writeBigUInt64LE(last, firstTime);
      elements.writeBigUInt64LE(last, secondTime);
      this.#told = { time: last, elements };
    }
    return this.#told.elements;
  }
}
