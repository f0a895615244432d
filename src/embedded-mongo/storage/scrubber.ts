import { Long } from 'bson';
import { decode, encode } from '../bson/raw.ts';
import { Background } from './background.ts';
import { LmdbFile, readHeaders } from './lmdb-file.ts';
import type { Meta } from './lmdb-meta.ts';
import { TreeWalk } from './lmdb-walk.ts';
import { scrubKey } from './plain-values.ts';
import type { Store } from './store.ts';

/** How long a step reads pages, and the pause after it: the scrubber takes a tenth of the time. */
const stepMs = 2;
const restMs = 18;
const dayMs = 24 * 60 * 60_000;
/** How often the progress of a pass is stored, so that the next start continues from there. */
const noteEveryMs = 10_000;
/** Headers may be read while they are being written; they are read again this often before they count as damaged. */
const headerAttempts = 5;

/** A pass over the data: where it continues, and when it began. */
interface Pass {
  readonly position: Buffer | undefined;
  readonly startedAt: number;
}

/**
 * Reads all that is stored, page by page and past LMDB, and checks it as `checkFile` does: at once when the database
 * was opened, and then once a day. Other work is done between its steps; what is written meanwhile is checked where it
 * is then. A pass continues after a restart.
 */
export class Scrubber {
  readonly #store: Store;
  readonly #file: LmdbFile;
  readonly #clock: () => Date;
  readonly #background: Background;
  #pass: Pass;
  #notedAt: number;

  constructor(store: Store, clock: () => Date) {
    this.#store = store;
    this.#file = new LmdbFile(store.file);
    this.#clock = clock;
    this.#background = new Background(() => this.#step());
    this.#notedAt = clock().getTime();
    this.#pass = this.#readPass() ?? { position: undefined, startedAt: this.#notedAt };
  }

  start(): void {
    this.#background.start();
  }

  async stop(): Promise<void> {
    await this.#background.stop();
    this.#file.close();
  }

  /** Checks as many pages as there is time for; how long to wait for the next step. */
  async #step(): Promise<number | undefined> {
    const damage = this.#store.whilePinned(() => this.#damageAhead());
    if (damage) {
      this.#store.onDamage(damage);
      return undefined;
    }
    const now = this.#clock().getTime();
    const isThrough = this.#pass.position === undefined;
    if (isThrough || now - this.#notedAt >= noteEveryMs) await this.#notePass(now);
    if (!isThrough) return restMs;
    const waitMs = Math.max(0, this.#pass.startedAt + dayMs - now);
    this.#pass = { position: undefined, startedAt: now + waitMs };
    return waitMs;
  }

  /** Goes on with the pass; what is damaged, or undefined. A disk may also say by itself that it cannot read. */
  #damageAhead(): string | undefined {
    try {
      return this.#checkPages();
    } catch (error) {
      const { syscall, message } = error as NodeJS.ErrnoException;
      if (syscall === undefined) throw error;
      return message;
    }
  }

  #checkPages(): string | undefined {
    const meta = this.#readHeaders();
    if (typeof meta === 'string') return meta;
    const until = performance.now() + stepMs;
    const walk = new TreeWalk(this.#file, meta, meta.main, {
      ...(this.#pass.position ? { from: this.#pass.position } : {}),
      compareKeys: Buffer.compare,
      isIntact: (key, value) => this.#store.isIntact(key, value),
    });
    let position: Buffer | undefined;
    for (const { kind, damages, behind } of walk.visits()) {
      const [damage] = damages;
      if (damage) {
        const { key, page, what } = damage;
        return key ? `${this.#store.describe(key)} on page ${page} ${what}` : `page ${page} ${what}`;
      }
      if (kind !== 'leaf' && kind !== 'part') continue;
      position = behind;
      if (performance.now() >= until) break;
    }
    this.#pass = { ...this.#pass, position };
    return undefined;
  }

  #readHeaders(): Meta | string {
    let meta = readHeaders(this.#file);
    for (let i = 1; i < headerAttempts && typeof meta === 'string'; i += 1) meta = readHeaders(this.#file);
    return meta;
  }

  #readPass(): Pass | undefined {
    const stored = this.#store.get(scrubKey);
    if (!stored) return undefined;
    const { position, startedAt } = decode(stored);
    return { position: Buffer.from(String(position), 'base64'), startedAt: Number(String(startedAt)) };
  }

  /** Stores the progress of the pass. If the disk is full, the next start begins it again. */
  async #notePass(now: number): Promise<void> {
    const { position, startedAt } = this.#pass;
    this.#notedAt = now;
    await this.#store
      .write((writer) => {
        if (!position) {
          if (this.#store.get(scrubKey)) writer.remove(scrubKey);
        } else {
          const note = { position: position.toString('base64'), startedAt: Long.fromNumber(startedAt) };
          writer.put(scrubKey, encode(note));
        }
      })
      .catch(() => undefined);
  }
}
