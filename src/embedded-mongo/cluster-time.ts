import { Binary, Long } from 'bson';
import { type Pieces, withElements } from './bson/pieces.ts';
import { elementsOf, encode } from './bson/raw.ts';
import type { ChangeLog } from './storage/change-log.ts';
import { type OpTime, timestampOf } from './storage/op-time.ts';

/** What a member without keys signs its time with. */
const signature = { hash: new Binary(Buffer.alloc(20)), keyId: Long.ZERO };

/**
 * Tells with every answer, as a member of a replica set does, what time the set has come to: drivers send it back with
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
      const operationTime = timestampOf(last);
      const $clusterTime = { clusterTime: operationTime, signature };
      this.#told = { time: last, elements: elementsOf(encode({ $clusterTime, operationTime })) };
    }
    return this.#told.elements;
  }
}
