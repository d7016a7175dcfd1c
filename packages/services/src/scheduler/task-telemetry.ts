import type {
  MetricsService,
  MetricsServiceCounter,
  MetricsServiceGauge,
  MetricsServiceHistogram,
} from '@stagewire/plugin-api/alpha';
import { loadOpenTelemetry } from '../open-telemetry/open-telemetry-api.js';

type Instruments = {
  runs: MetricsServiceCounter;
  duration: MetricsServiceHistogram;
  started: MetricsServiceGauge;
  completed: MetricsServiceGauge;
};

/** Measures and traces the runs of a plugin's tasks. Nothing is made before the first run. */
export class TaskTelemetry {
  readonly #metrics: MetricsService;
  #instruments: Instruments | undefined;

  constructor(metrics: MetricsService) {
    this.#metrics = metrics;
  }

  /** Runs a task, and fails as it fails. */
  async observe(
    task: { id: string; scope: 'global' | 'local' },
    run: () => Promise<void>,
  ): Promise<void> {
    const attributes = { taskId: task.id, scope: task.scope };
    await trace(`task ${task.id}`, attributes, () => this.#measure(attributes, run));
  }

  async #measure(
    attributes: { taskId: string; scope: string },
    run: () => Promise<void>,
  ): Promise<void> {
    this.#instruments ??= createInstruments(this.#metrics);
    const { runs, duration, started, completed } = this.#instruments;
    const startedAt = performance.now();
    let result = 'failed';
    runs.add(1, { ...attributes, result: 'started' });
    started.record(Date.now() / 1000, attributes);
    try {
      await run();
      result = 'completed';
    } finally {
      runs.add(1, { ...attributes, result });
      duration.record((performance.now() - startedAt) / 1000, { ...attributes, result });
      completed.record(Date.now() / 1000, attributes);
    }
  }
}

async function trace(
  name: string,
  attributes: Record<string, string>,
  run: () => Promise<void>,
): Promise<void> {
  const api = await loadOpenTelemetry();
  if (!api) return run();
  const tracer = api.trace.getTracer('backstage-service-scheduler');
  await tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      await run();
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: api.SpanStatusCode.ERROR, message: String(error) });
      throw error;
    } finally {
      span.end();
    }
  });
}

function createInstruments(metrics: MetricsService): Instruments {
  return {
    runs: metrics.createCounter('backend_tasks.task.runs.count', {
      description: 'How often tasks were started, completed and failed',
    }),
    duration: metrics.createHistogram('backend_tasks.task.runs.duration', {
      description: 'How long runs of tasks took',
      unit: 's',
    }),
    started: metrics.createGauge('backend_tasks.task.runs.started', {
      description: 'When a task last started, since the Unix epoch',
      unit: 's',
    }),
    completed: metrics.createGauge('backend_tasks.task.runs.completed', {
      description: 'When a task last ended, since the Unix epoch',
      unit: 's',
    }),
  };
}
