import type { FleetSample, WatchedContainer } from '../../src/model/usage.ts';
import type { MonitorFacts } from '../../src/tui/facts.ts';
import { MonitorModel } from '../../src/tui/model.ts';
import { madeUpFleet, madeUpPlan } from './journal-writer.ts';
import { storyOf } from './made-up-story.ts';
import { eventsOf, START_MS, started } from './run-state.ts';

/** What a monitor knows of a made-up run so many events after its start, at a fixed instant, with its containers. */
export function madeUpFacts(count: number, events: number): MonitorFacts {
  const services = madeUpFleet(count);
  const model = new MonitorModel();
  const story = [...storyOf(services, 6)].slice(0, events);
  const all = eventsOf([started(services), ...story]);
  model.news({ type: 'run', run: all[0]!.run, dir: '', live: true });
  model.plan(madeUpPlan(services));
  model.news({ type: 'events', events: all });
  model.news({ type: 'live', live: true });
  model.sample(sampleOf(services.map(({ service }) => service)));
  return model.facts(START_MS + all.length * 1000);
}

function sampleOf(services: readonly string[]): FleetSample {
  const containers = services.map((service, i): WatchedContainer => {
    const down = i % 19 === 4;
    return {
      id: `${service}-1`,
      name: `${service}-1`,
      service,
      number: 1,
      image: 'sha256:0',
      state: down ? 'exited' : 'running',
      health: i % 7 === 3 ? 'none' : i % 23 === 6 ? 'unhealthy' : 'healthy',
      restartCount: i % 23 === 6 ? 3 : 0,
      exitCode: down ? 137 : 0,
      startedAt: null,
    };
  });
  const up = containers.filter(({ state }) => state === 'running');
  const usage = up.map(({ id }, i) => ({
    container: id,
    cpuPercent: (i * 7.3) % 60,
    memoryBytes: 4e7 + i * 3e6,
    memoryLimitBytes: null,
  }));
  const host = { cpus: 8, memoryBytes: 16e9, cpuPercent: 312, usedBytes: 6.2e9, containers: up.length };
  return { at: '2026-02-04T14:00:00.000Z', host, containers, usage, problem: null };
}
