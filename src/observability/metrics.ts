import { Counter, Gauge, Histogram, Registry, register, Summary } from 'prom-client';
import type { ActivityCounter } from '../domain/activity.ts';

/** Told of each use of a connection to the database, which is one command and its answer. */
export interface ConnectionObserver {
  /** An operation got a connection after this time. */
  awaited(ms: number): void;
  /** An operation gave its connection back after this time. */
  used(ms: number): void;
}

/** The figures for Prometheus. Labels are bounded: operations in openapi.yaml, and statuses. */
export interface Metrics {
  readonly activity: ActivityCounter;
  /** @param count how many visitors can be searched by now; while they are being read, it rises. */
  visitorsSearchable(count: number): void;
  /** @param count how many indexes are still to be built. */
  indexesMissing(count: number): void;
  readonly contentType: string;
  /** @param operation an operationId; undefined for requests that reached none. */
  requestDone(operation: string | undefined, status: number, ms: number): void;
  /** How long operations of the database wait for a connection, and how long they keep it. */
  readonly databaseConnections: ConnectionObserver;
  /** The figures of this service, and those of the process if they are collected. */
  render(): Promise<string>;
  /** Stops measuring the event loop. */
  stop(): void;
}

const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const requestDone = requestDurations(registry);
  const stop = measureEventLoop(registry);
  return {
    activity: countActivity(registry),
    visitorsSearchable: gauge(registry, {
      name: 'foyer_searchable_visitors',
      help: 'Visitors that searches find; it rises after a start, until all have been read.',
    }),
    indexesMissing: gauge(registry, {
      name: 'foyer_missing_indexes',
      help: 'Indexes that are still to be built on large collections; one that cannot be built stays among them.',
    }),
    contentType: registry.contentType,
    requestDone,
    databaseConnections: {
      awaited: duration(registry, {
        name: 'foyer_database_connection_wait_seconds',
        help: 'Time that operations of the database waited for one of its connections.',
      }),
      used: duration(registry, {
        name: 'foyer_database_connection_use_seconds',
        help: 'Time that operations kept a connection, most of it for the answer. The one that waits for changes does so for up to half a second.',
      }),
    },
    render: async () => (await register.metrics()) + (await registry.metrics()),
    stop,
  };
}

/** The durations of requests; each pair of labels is looked up once. */
function requestDurations(registry: Registry): Metrics['requestDone'] {
  const histogram = new Histogram({
    name: 'foyer_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer.',
    labelNames: ['operation', 'status'],
    buckets: durationBuckets,
    registers: [registry],
  });
  const known = new Map<string, Histogram.Internal<string>>();
  return (operation = 'none', status, ms) => {
    const key = `${operation} ${status}`;
    const labelled = known.get(key) ?? histogram.labels(operation, String(status));
    known.set(key, labelled);
    labelled.observe(ms / 1000);
  };
}

/** Durations that are all of one kind. */
function duration(registry: Registry, options: { readonly name: string; readonly help: string }) {
  const histogram = new Histogram({ ...options, buckets: durationBuckets, registers: [registry] });
  return (ms: number): void => histogram.observe(ms / 1000);
}

function countActivity(registry: Registry): ActivityCounter {
  const registers = [registry];
  const visitors = new Counter({
    name: 'foyer_visitors_registered_total',
    help: 'Registrations, of new and of known visitors.',
    registers,
  });
  const pageViews = new Counter({ name: 'foyer_page_views_total', help: 'Page views stored.', registers });
  return { visitorRegistered: () => visitors.inc(), pageViewed: () => pageViews.inc() };
}

/** A figure that is set. */
function gauge(registry: Registry, options: { readonly name: string; readonly help: string }) {
  const figure = new Gauge({ ...options, registers: [registry] });
  return (count: number): void => figure.set(count);
}

const loopSampleMs = 20;

/**
 * Measures with a timer how late the event loop has been during the last minute, independently of who asks and how
 * often.
 * @returns a function that stops it.
 */
function measureEventLoop(registry: Registry): () => void {
  const delays = new Summary({
    name: 'foyer_event_loop_delay_seconds',
    help: 'How late the event loop was in the last minute.',
    percentiles: [0.5, 0.99, 1],
    maxAgeSeconds: 60,
    ageBuckets: 6,
    registers: [registry],
  });
  let sampledAt = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    delays.observe(Math.max(0, now - sampledAt - loopSampleMs) / 1000);
    sampledAt = now;
  }, loopSampleMs);
  timer.unref();
  return () => clearInterval(timer);
}
