import type { Clock } from '../../../domain/clock.ts';
import {
  clearAbandoned,
  type VisitorPresenceDeps,
  visitorCame,
  visitorLeft,
} from '../../../domain/conversation/visitor-presence.ts';
import { signLastsMs, type VisitSigns } from '../../../domain/visits/visit-sign.ts';

export type VisitorsOnSocketsDeps = VisitorPresenceDeps & {
  readonly clock: Clock;
  readonly visitSigns: VisitSigns;
};

/** When what is done about presence, in milliseconds. */
export interface PresenceTiming {
  /** How long a visitor may be without a socket, since pages are left and sockets cut: longer than clients wait. */
  readonly graceMs: number;
  readonly lookEveryMs: number;
  /** How long an instance counts as alive that says nothing. */
  readonly aliveMs: number;
}

const defaultTiming: PresenceTiming = { graceMs: 20_000, lookEveryMs: 5_000, aliveMs: 60_000 };

/** A visitor with a socket here, or who had one until lately. */
interface VisitorOnSocket {
  readonly token: string;
  notedAt: number;
  /** Since when they have none. */
  leftAt: number | undefined;
}

/** The visitors who watch their rooms on this instance's sockets: they are online, and on the site. */
export class VisitorsOnSockets {
  readonly #deps: VisitorsOnSocketsDeps;
  readonly #onFailed: (error: unknown) => void;
  readonly #timing: PresenceTiming;
  readonly #visitors = new Map<string, VisitorOnSocket>();
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;
  #isStopped = false;
  #renewedAt = Number.NEGATIVE_INFINITY;

  /** @param onFailed is told of failures; what they concern is tried again, or found by other instances. */
  constructor(
    deps: VisitorsOnSocketsDeps,
    onFailed: (error: unknown) => void,
    timing: PresenceTiming = defaultTiming,
  ) {
    this.#deps = deps;
    this.#onFailed = onFailed;
    this.#timing = timing;
    this.#timer = setInterval(() => this.#lookOnce(), timing.lookEveryMs).unref();
  }

  /** A visitor begins to watch a room of theirs. @param isOffline whether they count as offline in it. */
  came(visitorId: string, token: string, isOffline: boolean): void {
    const known = this.#visitors.get(visitorId);
    this.#visitors.set(visitorId, { token, notedAt: known?.notedAt ?? performance.now(), leftAt: undefined });
    if (!known) visitorCame(this.#deps, visitorId, isOffline).catch(this.#onFailed);
  }

  /** A visitor watches nothing any more. */
  left(visitorId: string): void {
    const visitor = this.#visitors.get(visitorId);
    if (visitor) visitor.leftAt = performance.now();
  }

  /** Leaves those who are here to the other instances, to which they connect now. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#looking;
    if (this.#visitors.size > 0) await this.#deps.presence.renew(this.#timing.graceMs).catch(this.#onFailed);
  }

  #lookOnce(): void {
    this.#looking ??= this.#look()
      .catch(this.#onFailed)
      .finally(() => {
        this.#looking = undefined;
      });
  }

  async #look(): Promise<void> {
    this.#note();
    await this.#renew();
    for (const [visitorId, visitor] of this.#visitors) {
      if (this.#isStopped) return;
      const { leftAt } = visitor;
      if (leftAt !== undefined && performance.now() - leftAt >= this.#timing.graceMs)
        await this.#letGo(visitorId, visitor);
    }
    while (!this.#isStopped && (await clearAbandoned(this.#deps)));
  }

  async #letGo(visitorId: string, visitor: VisitorOnSocket): Promise<void> {
    this.#visitors.delete(visitorId);
    try {
      await visitorLeft(this.#deps, visitorId);
    } catch (error) {
      if (!this.#visitors.has(visitorId)) this.#visitors.set(visitorId, visitor);
      throw error;
    }
    // They have come back meanwhile.
    if (this.#visitors.has(visitorId)) await visitorCame(this.#deps, visitorId, true);
  }

  /** Whoever has a socket is on the site. */
  #note(): void {
    const now = performance.now();
    for (const [visitorId, visitor] of this.#visitors) {
      if (visitor.leftAt !== undefined || now - visitor.notedAt < signLastsMs * 0.8) continue;
      visitor.notedAt = now;
      this.#deps.visitSigns.note({ token: visitor.token, visitorId, at: this.#deps.clock() });
    }
  }

  async #renew(): Promise<void> {
    if (performance.now() - this.#renewedAt < this.#timing.aliveMs / 3) return;
    this.#renewedAt = performance.now();
    if (await this.#deps.presence.renew(this.#timing.aliveMs)) return;
    for (const visitorId of this.#visitors.keys()) await this.#deps.presence.enter(visitorId);
  }
}
