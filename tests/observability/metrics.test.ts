import { createMetrics, type Metrics } from '../../src/observability/metrics.ts';

const holdUpEventLoop = (ms: number): void => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};

describe('what Prometheus is told', () => {
  let metrics: Metrics;
  beforeEach(() => {
    metrics = createMetrics();
  });
  afterEach(() => metrics.stop());

  /** The longest delay of the event loop that a scrape shows, in seconds. */
  const longestDelay = async () =>
    Number(/^foyer_event_loop_delay_seconds\{quantile="1"\} (\S+)$/m.exec(await metrics.render())?.[1]);

  it('tells everyone who asks how late the event loop was', async () => {
    holdUpEventLoop(150);
    for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
    expect(await longestDelay()).toBeGreaterThan(0.1);
    expect(await longestDelay()).toBeGreaterThan(0.1);
  });
});
