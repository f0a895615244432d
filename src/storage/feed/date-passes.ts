import type { Db } from 'mongodb';
import { createDatePass, type DatedDocument, type DatePass } from '../mongodb/date-pass.ts';
import { type FollowingTiming, overlapMs } from '../mongodb/watermark.ts';
import type { Announcer } from './announcer.ts';

export interface DatePassesParts {
  readonly db: Db;
  readonly announcer: Announcer;
  readonly time: FollowingTiming;
}

/** Searches all followed collections by date: each write is found at least once, deletions never. */
export class DatePasses {
  readonly #parts: DatePassesParts;
  readonly #passes = new Map<string, DatePass>();
  #startAt: Date;

  /** @param startAt everything written before this date has been announced, for the collections followed by now. */
  constructor(parts: DatePassesParts, startAt: Date) {
    this.#parts = parts;
    this.#startAt = startAt;
  }

  /** @returns the date before which everything has been looked at. */
  async run(): Promise<Date> {
    const { announcer, time } = this.#parts;
    const followed = announcer.followedByDate();
    for (const name of this.#passes.keys()) if (!followed.includes(name)) this.#passes.delete(name);
    const current = new Date(time.now().getTime() - overlapMs);
    for (const name of followed) {
      await this.#passOf(name).run(async (ids) => {
        for (const id of ids) await announcer.observed({ collection: name, id, isNew: false });
      });
    }
    const watermarks = [...this.#passes.values()].map(({ watermark }) => watermark.getTime());
    this.#startAt = current;
    return new Date(Math.min(current.getTime(), ...watermarks));
  }

  #passOf(name: string): DatePass {
    const { db, time } = this.#parts;
    const known = this.#passes.get(name);
    const pass = known ?? createDatePass(db.collection<DatedDocument>(name), time, this.#startAt);
    this.#passes.set(name, pass);
    return pass;
  }
}
