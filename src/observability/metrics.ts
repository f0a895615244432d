import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ActivityCounter } from '../domain/activity.ts';

/** What Prometheus is told. Labels are bounded: operations of openapi.yaml, statuses, MongoDB's commands. */
export interface Metrics {
  readonly activity: ActivityCounter;
  readonly contentType: string;
  /** @param operation an operationId; `undefined` for requests that reached none. */
  requestDone(operation: string | undefined, status: number, ms: number): void;
  databaseCommandDone(command: string, succeeded: boolean, ms: number): void;
  render(): Promise<string>;
  /** Ends the measuring of the event loop. */
  stop(): void;
}

const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const nanosecondsPerSecond = 1e9;

export function createMetrics(): Metrics {
  const registry = new Registry();
  const requests = durations(registry, {
    name: 'foyer_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer.',
    labelNames: ['operation', 'status'],
  });
  const commands = durations(registry, {
    name: 'foyer_database_command_duration_seconds',
    help: "Time that MongoDB's commands took, as the driver saw it.",
    labelNames: ['command', 'outcome'],
  });
  const loop = monitorEventLoopDelay({ resolution: 20 });
  loop.enable();
  measureEventLoop(registry, loop);
  measureProcess(registry);
  return {
    activity: countActivity(registry),
    contentType: registry.contentType,
    requestDone: (operation = 'none', status, ms) => requests(ms / 1000, operation, String(status)),
    databaseCommandDone: (command, succeeded, ms) =>
      commands(ms / 1000, command, succeeded ? 'succeeded' : 'failed'),
    render: () => registry.metrics(),
    stop: () => loop.disable(),
  };
}

interface DurationOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: [string, string];
}

/** A histogram that looks up each pair of labels once. */
function durations(registry: Registry, options: DurationOptions) {
  const histogram = new Histogram({ ...options, buckets: requestBuckets, registers: [registry] });
  const known = new Map<string, Histogram.Internal<string>>();
  return (seconds: number, first: string, second: string): void => {
    const key = `${first} ${second}`;
    const labelled = known.get(key) ?? histogram.labels(first, second);
    known.set(key, labelled);
    labelled.observe(seconds);
  };
}

function countActivity(registry: Registry): ActivityCounter {
  const registers = [registry];
  const visitors = new Counter({
    name: 'foyer_visitors_registered_total',
    help: 'Visitors registered, anew or again.',
    registers,
  });
  const pageViews = new Counter({ name: 'foyer_page_views_total', help: 'Page views stored.', registers });
  return { visitorRegistered: () => visitors.inc(), pageViewed: () => pageViews.inc() };
}

function measureEventLoop(registry: Registry, loop: IntervalHistogram): void {
  new Gauge({
    name: 'foyer_event_loop_delay_seconds',
    help: 'How late the event loop was since the last look.',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      for (const quantile of [0.5, 0.99]) {
        const delay = loop.percentile(quantile * 100) / nanosecondsPerSecond;
        this.set({ quantile: String(quantile) }, delay);
      }
      this.set({ quantile: '1' }, loop.max / nanosecondsPerSecond);
      loop.reset();
    },
  });
}

/** The names that Prometheus' own client libraries use. */
function measureProcess(registry: Registry): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  const startedAt = Date.now() / 1000 - process.uptime();
  const cpuSeconds = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  gauge('process_start_time_seconds', 'When the process started, in seconds since 1970.', () => startedAt);
  gauge('process_cpu_seconds_total', 'Processor time used.', cpuSeconds);
  gauge('process_resident_memory_bytes', 'Memory in use.', () => process.memoryUsage.rss());
  gauge('nodejs_heap_size_used_bytes', 'Heap in use.', () => process.memoryUsage().heapUsed);
}
