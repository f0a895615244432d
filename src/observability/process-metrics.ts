import { collectDefaultMetrics, register } from 'prom-client';

/**
 * Collects the process's own figures, by the names that Prometheus' client libraries share, in the registry that
 * `prom-client` keeps for the process: nothing ends the collecting, so that a process begins it once. Left out is how
 * late the event loop was, which `prom-client` counts from the last scrape on, whoever scraped.
 */
export function collectProcessMetrics(): void {
  collectDefaultMetrics();
  for (const { name } of register.getMetricsAsArray())
    if (name.startsWith('nodejs_eventloop_lag_')) register.removeSingleMetric(name);
}
