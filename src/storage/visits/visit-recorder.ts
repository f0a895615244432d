import type { HostNames } from '../../domain/visits/host-names.ts';
import type { VisitSign, VisitSigns } from '../../domain/visits/visit-sign.ts';
import type { Logger } from '../../observability/logger.ts';
import { isDatabaseUnavailable } from '../mongodb/client.ts';
import { type FoldedSigns, PendingSigns } from './pending-signs.ts';
import {
  ensureRegistered,
  type RegisteredVisitor,
  type RegisteredVisitorParts,
} from './registered-visitors.ts';
import { type SeenAddress, type VisitWriterParts, writeSigns } from './visit-writer.ts';

export interface VisitRecorderParts extends RegisteredVisitorParts, VisitWriterParts {
  readonly logger: Logger;
  readonly hostNames: HostNames;
  /** Called with registered visitors of whom something is heard again after that time. */
  readonly onReturned: (visitorIds: readonly string[]) => Promise<void>;
  /** The visitors with these `_id`s, as far as they are there and not deleted. */
  readonly findRegistered: (visitorIds: readonly string[]) => Promise<readonly RegisteredVisitor[]>;
}

/** How long signs wait to be written together. */
const writeEveryMs = 1_000;
/** How many tokens' signs are written at a time. */
const batchSize = 500;
/** More visitors than this are not kept waiting. */
const mostWritten = 100_000;

/** The name of an address, for the visit that came from there. */
interface FoundHost extends SeenAddress {
  readonly host: string;
}

/** Keeps signs in memory and writes them in bulk. */
export class VisitRecorder implements VisitSigns {
  readonly #parts: VisitRecorderParts;
  readonly #pending = new PendingSigns();
  readonly #returned = new Set<string>();
  #written = new Set<string>();
  #foundHosts: FoundHost[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isStopped = false;
  #isLosing = false;

  constructor(parts: VisitRecorderParts) {
    this.#parts = parts;
  }

  note(sign: VisitSign): void {
    if (this.#isStopped) return;
    const isKept = this.#pending.add(sign);
    if (!isKept && !this.#isLosing)
      this.#parts.logger.warn('signs of visitors are lost: too many are waiting');
    this.#isLosing = !isKept;
    this.#schedule();
  }

  /** Takes note that somebody, possibly a Rocket.Chat, wrote the document of a visitor. */
  noteWritten(visitorId: string): void {
    if (this.#isStopped || this.#written.size >= mostWritten) return;
    this.#written.add(visitorId);
    this.#schedule();
  }

  /** Writes what was noted before the call, unless the database refuses. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#writeAll());
    return this.#writing;
  }

  /** Writes what is waiting; what is noted after that is lost. */
  stop(): Promise<void> {
    this.#isStopped = true;
    return this.flush();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => void this.flush(), writeEveryMs).unref();
  }

  async #writeAll(): Promise<void> {
    const written = [...this.#written];
    this.#written.clear();
    await this.#attempt(
      () => this.#register(written),
      () => {
        for (const id of written) this.#written.add(id);
      },
    );
    const hosts = this.#foundHosts.splice(0);
    await this.#attempt(() => this.#writeHosts(hosts));
    for (let left = this.#pending.size; left > 0; left -= batchSize) {
      const signs = this.#pending.take(batchSize);
      const isWritten = await this.#attempt(
        () => this.#write(signs),
        () => this.#pending.putBack(signs),
      );
      if (!isWritten) return;
    }
    const returned = [...this.#returned];
    this.#returned.clear();
    await this.#attempt(
      () => this.#parts.onReturned(returned),
      () => {
        for (const id of returned) this.#returned.add(id);
      },
    );
  }

  /** A failure of the database is made good later; anything else would fail again. */
  async #attempt(work: () => Promise<void>, keep: () => void = () => undefined): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      const isOutage = isDatabaseUnavailable(error);
      this.#parts.logger.warn({ err: error, isOutage }, 'signs of visitors could not be written');
      if (isOutage) {
        keep();
        if (!this.#isStopped) this.#schedule();
      }
      return false;
    }
  }

  /** Gives public ids to those who were registered; most of those written have some. */
  async #register(visitorIds: readonly string[]): Promise<void> {
    for (let from = 0; from < visitorIds.length; from += batchSize)
      await ensureRegistered(
        this.#parts,
        await this.#parts.findRegistered(visitorIds.slice(from, from + batchSize)),
      );
  }

  async #write(signs: readonly FoldedSigns[]): Promise<void> {
    const registered = signs.flatMap(({ visitorId, token, firstAt }) =>
      visitorId === undefined ? [] : [{ visitorId, token, firstVisitAt: firstAt }],
    );
    await ensureRegistered(this.#parts, registered);
    const { addresses, returned } = await writeSigns(this.#parts, signs);
    for (const seen of addresses) this.#lookUpHost(seen);
    for (const id of returned) this.#returned.add(id);
    await this.#forgetDeleted(registered.map(({ visitorId }) => visitorId));
  }

  /** Who was deleted while their signs waited leaves nothing: the deletion looks once more when they are disabled. */
  async #forgetDeleted(visitorIds: readonly string[]): Promise<void> {
    if (visitorIds.length === 0) return;
    const { collections, findRegistered } = this.#parts;
    const there = new Set((await findRegistered(visitorIds)).map(({ visitorId }) => visitorId));
    const gone = visitorIds.filter((id) => !there.has(id));
    if (gone.length > 0) await collections.visitors.deleteMany({ visitorId: { $in: gone }, isMerged: false });
  }

  /** Looks up the name of a new address; the visit gets it when it is known. */
  #lookUpHost({ recordId, ip }: SeenAddress): void {
    void this.#parts.hostNames.find(ip).then((host) => {
      if (host === undefined || this.#isStopped) return;
      this.#foundHosts.push({ recordId, ip, host });
      this.#schedule();
    });
  }

  async #writeHosts(hosts: readonly FoundHost[]): Promise<void> {
    if (hosts.length === 0) return;
    await this.#parts.collections.visitors.bulkWrite(
      hosts.map(({ recordId, ip, host }) => ({
        updateOne: {
          filter: { _id: recordId, 'visit.device.ip': ip },
          update: { $set: { 'visit.device.host': host } },
        },
      })),
      { ordered: false },
    );
  }
}
