import { get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** How a service answered while it was polled. */
export interface Availability {
  readonly service: string;
  readonly samples: number;
  readonly good: number;
  /** The longest time between the starts of two good samples that follow each other, milliseconds. */
  readonly longestGapMs: number;
}

const EVERY_MS = 100;
const LEAST_SAMPLES = 50;
/** Generous: a busy machine is no outage, only a refused or broken connection and a bad status are. */
const TIMEOUT_MS = 20_000;

/** Polls each service's published port until it is stopped, and at least fifty times; each sample is a connection of its own. */
export function pollAvailability(ports: Readonly<Record<string, number>>): { stop(): Promise<readonly Availability[]> } {
  const stopped = new AbortController();
  const polled = Promise.all(Object.entries(ports).map(([service, port]) => poll(service, port, stopped.signal)));
  return {
    stop: () => {
      stopped.abort();
      return polled;
    },
  };
}

/** The samples as a table for the test's output. */
export function availabilityText(of: readonly Availability[]): string {
  const lines = of.map(({ service, samples, good, longestGapMs }) => {
    const percent = ((100 * good) / samples).toFixed(1);
    return `${service.padEnd(12)} ${String(samples).padStart(4)} samples  ${percent.padStart(5)} % ok  longest gap ${longestGapMs} ms`;
  });
  return `${lines.join('\n')}\n`;
}

async function poll(service: string, port: number, stopped: AbortSignal): Promise<Availability> {
  const asked: Promise<{ readonly atMs: number; readonly good: boolean }>[] = [];
  while (!stopped.aborted || asked.length < LEAST_SAMPLES) {
    const atMs = performance.now();
    asked.push(answers(port).then((good) => ({ atMs, good })));
    await wait(EVERY_MS);
  }
  const good = (await Promise.all(asked)).filter((sample) => sample.good);
  const gaps = good.slice(1).map(({ atMs }, i) => atMs - good[i]!.atMs);
  return { service, samples: asked.length, good: good.length, longestGapMs: Math.round(Math.max(0, ...gaps)) };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/version', agent: false, timeout: TIMEOUT_MS }, (response) => {
      response.on('data', () => {}).on('error', () => resolve(false));
      response.on('end', () => resolve(response.statusCode === 200));
    });
    request.on('timeout', () => request.destroy()).on('error', () => resolve(false));
  });
}
