import type { ResumeToken, Timestamp } from 'mongodb';
import type { Logger } from '../../observability/logger.ts';
import { overlapMs } from '../mongodb/watermark.ts';
import type { FeedPosition, FeedPositionStore } from './feed-position.ts';
import type { FeedTiming } from './feed-timing.ts';

export interface PositionKeeperParts {
  readonly positions: FeedPositionStore;
  readonly time: FeedTiming;
  /** Resolves once everything observed before is announced. */
  settled(): Promise<void>;
  readonly logger: Logger;
}

/** Tracks how far the feed is, and stores that now and then, but never further than what has been announced. */
export class PositionKeeper {
  readonly #parts: PositionKeeperParts;
  #position: FeedPosition;
  #changedSinceStored = false;
  #storedAt: number;
  #storing: Promise<void> | undefined;

  constructor(parts: PositionKeeperParts, position: FeedPosition) {
    this.#parts = parts;
    this.#position = position;
    this.#storedAt = parts.time.elapsedMs();
  }

  get current(): FeedPosition {
    return this.#position;
  }

  /**
   * A stream has reported everything up to here.
   * @param operationTime when the change was made; absent if none are left.
   */
  reached(token: ResumeToken, operationTime: Timestamp | undefined): void {
    const now = this.#parts.time.now().getTime();
    const madeAt = operationTime ? operationTime.getHighBitsUnsigned() * 1000 : now;
    const watermark = new Date(Math.min(madeAt, now) - overlapMs);
    this.#move({ token, ...(operationTime && { operationTime }), watermark }, operationTime !== undefined);
  }

  /** Everything with an earlier date has been looked at. */
  lookedAt(watermark: Date): void {
    this.#move({ watermark }, false);
  }

  /**
   * The stream cannot continue from its token, but may begin with the changes of the same moment.
   * @returns false if that has been tried, or no change belongs to the token.
   */
  stepBack(): boolean {
    const { token, operationTime, watermark } = this.#position;
    if (token === undefined || operationTime === undefined) return false;
    this.#position = { operationTime, watermark };
    return true;
  }

  /** The stream cannot continue from its position. */
  losePosition(): void {
    this.#position = { watermark: this.#position.watermark };
  }

  /** Stores the current position. */
  async store(): Promise<void> {
    await this.#storing;
    await this.#store();
  }

  #move(position: FeedPosition, isChange: boolean): void {
    const { elapsedMs, storeMs, storeIdleMs } = this.#parts.time;
    this.#position = position;
    this.#changedSinceStored ||= isChange;
    const dueMs = this.#changedSinceStored ? storeMs : storeIdleMs;
    if (this.#storing !== undefined || elapsedMs() - this.#storedAt < dueMs) return;
    this.#storing = this.#store().finally(() => {
      this.#storing = undefined;
    });
  }

  async #store(): Promise<void> {
    const { positions, time, settled, logger } = this.#parts;
    const position = this.#position;
    this.#changedSinceStored = false;
    this.#storedAt = time.elapsedMs();
    try {
      await settled();
      await positions.store(position);
    } catch (error) {
      logger.debug({ err: error }, 'the position of the change feed could not be stored');
    }
  }
}
