import type { Collection, Db } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { PendingUpload } from '../../domain/rooms/attachment.ts';

/** A document of `foyer_pending_upload`. */
interface PendingUploadDocument extends PendingUpload {
  /** When something of the file arrived last, to within five minutes. */
  readonly aliveAt: Date;
}

const renewEveryMs = 5 * 60_000;

/** The files whose message may not be stored yet: by these, those are found that never get one. */
export class PendingUploads {
  readonly #uploads: Collection<PendingUploadDocument>;
  readonly #clock: Clock;

  constructor(db: Db, clock: Clock) {
    this.#uploads = db.collection('foyer_pending_upload');
    this.#clock = clock;
  }

  /**
   * Call before anything of the file is stored.
   * @returns a function to be called when more of the file has arrived.
   */
  async begin(upload: PendingUpload): Promise<() => Promise<void>> {
    let aliveAt = this.#clock();
    await this.#uploads.insertOne({ ...upload, aliveAt });
    return async () => {
      const now = this.#clock();
      if (now.getTime() - aliveAt.getTime() < renewEveryMs) return;
      aliveAt = now;
      await this.#uploads.updateOne({ _id: upload._id }, { $set: { aliveAt } });
    };
  }

  async end(ids: readonly string[]): Promise<void> {
    await this.#uploads.deleteMany({ _id: { $in: [...ids] } });
  }

  list(before: Date, limit: number): Promise<PendingUpload[]> {
    return this.#uploads
      .find({ aliveAt: { $lt: before } })
      .sort({ aliveAt: 1 })
      .limit(limit)
      .project<PendingUpload>({ messageId: 1 })
      .toArray();
  }
}
