import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

interface Measured {
  dialect: string;
  operation: string;
  status: number;
  seconds: number;
}

export interface Gauges {
  pool?: (() => { total: number; idle: number; waiting: number }) | undefined;
  /** Seconds between the newest event and the newest one that was delivered. */
  eventLagSeconds?: (() => number | Promise<number>) | undefined;
}

export interface Metrics {
  observe(request: Measured): void;
  /** In Prometheus' text form. */
  text(): Promise<string>;
  contentType: string;
}

/** Request latencies by dialect, operation and status, the connection pool, the event lag, and the process. */
export function createMetrics(gauges: Gauges): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'matricula_http_request_duration_seconds',
    help: 'Time from request to complete answer; its count is the number of requests.',
    labelNames: ['dialect', 'operation', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  const { pool, eventLagSeconds } = gauges;
  if (pool) {
    new Gauge({
      name: 'matricula_database_connections',
      help: 'Connections of the pool by state; waiting counts callers without one.',
      labelNames: ['state'] as const,
      registers: [registry],
      collect() {
        for (const [state, count] of Object.entries(pool())) this.set({ state }, count);
      },
    });
  }
  if (eventLagSeconds) {
    new Gauge({
      name: 'matricula_event_lag_seconds',
      help: 'Seconds since the oldest event was written that has no place in the feed yet.',
      registers: [registry],
      async collect() {
        // the metrics must come although the database does not answer
        const lag = await Promise.resolve(eventLagSeconds()).catch(() => Number.NaN);
        this.set(lag);
      },
    });
  }
  return {
    observe: ({ dialect, operation, status, seconds }) => requests.observe({ dialect, operation, status }, seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
