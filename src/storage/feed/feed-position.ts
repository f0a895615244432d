import type { Db, ResumeToken, Timestamp } from 'mongodb';

/** How far changes have been announced. */
export interface FeedPosition {
  /** Where a change stream continues; absent on a server without change streams. */
  readonly token?: ResumeToken;
  /** When the change was made that the token stands for; a stream whose filter leaves it out begins there. */
  readonly operationTime?: Timestamp;
  /** Everything written from this date on must be found by date if a stream cannot report it. */
  readonly watermark: Date;
}

/** The position in `foyer_change_feed`, which all instances share: each of them announces every change. */
export interface FeedPositionStore {
  find(): Promise<FeedPosition | null>;
  store(position: FeedPosition): Promise<void>;
}

const _id = 'position';

export function createFeedPositionStore(db: Db): FeedPositionStore {
  const positions = db.collection<FeedPosition & { readonly _id: string }>('foyer_change_feed');
  return {
    find: () => positions.findOne({ _id }),
    async store(position) {
      await positions.replaceOne({ _id }, position, { upsert: true });
    },
  };
}
