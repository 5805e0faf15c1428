import { expect, test } from 'vitest';
import type { FleetSample, WatchedContainer } from '../../../src/model/usage.ts';
import { UsageHistory, usageByService } from '../../../src/page/state/usage-history.ts';

function container(id: string, service: string, restartCount = 0): WatchedContainer {
  const rest = { number: 1, image: 'sha256:1', state: 'running', health: 'none', exitCode: 0, startedAt: null } as const;
  return { id, name: id, service, restartCount, ...rest };
}

function sampleAt(
  second: number,
  containers: readonly WatchedContainer[],
  cpu: Readonly<Record<string, number | null>>,
): FleetSample {
  const usage = Object.entries(cpu).map(([id, cpuPercent]) => ({
    container: id,
    cpuPercent,
    memoryBytes: 1000,
    memoryLimitBytes: null,
  }));
  return { at: new Date(second * 1000).toISOString(), host: null, containers, usage, problem: null };
}

test('the containers of a service count together', () => {
  const sample = sampleAt(1, [container('a1', 'a', 2), container('a2', 'a', 1), container('b1', 'b')], {
    a1: 10,
    a2: 5,
    b1: null,
  });
  const uses = usageByService(sample);
  expect(uses.get('a')).toEqual({ cpuPercent: 15, memoryBytes: 2000, memoryLimitBytes: null, restarts: 3 });
  expect(uses.get('b')).toMatchObject({ cpuPercent: null, memoryBytes: 1000 });
});

test('what does not run uses nothing, but its restarts are told', () => {
  const uses = usageByService(sampleAt(1, [container('a1', 'a'), container('b1', 'b', 4)], {}));
  expect(uses.has('a')).toBe(false);
  expect(uses.get('b')).toMatchObject({ memoryBytes: 0, restarts: 4 });
});

function historyOf(samples: readonly FleetSample[]): UsageHistory {
  const history = new UsageHistory();
  for (const sample of samples) history.add(sample, usageByService(sample));
  return history;
}

test('columns are as long as each other, with holes for when a service did not run', () => {
  const a = container('a1', 'a');
  const b = container('b1', 'b');
  const history = historyOf([sampleAt(1, [a], { a1: 1 }), sampleAt(2, [a, b], { a1: 2, b1: 20 }), sampleAt(3, [b], { b1: 30 })]);
  expect(history.seriesOf('a')).toEqual({ at: [1, 2, 3], cpuPercent: [1, 2, null], memoryBytes: [1000, 1000, null] });
  expect(history.seriesOf('b').cpuPercent).toEqual([null, 20, 30]);
  expect(history.seriesOf('never heard of').cpuPercent).toEqual([null, null, null]);
});

test('half an hour is kept', () => {
  const a = container('a1', 'a');
  const history = historyOf(Array.from({ length: 400 }, (_, i) => sampleAt(i, [a], { a1: i })));
  const { at, cpuPercent } = history.seriesOf('a');
  expect([at.length, at[0], at.at(-1)]).toEqual([360, 40, 399]);
  expect([cpuPercent.length, cpuPercent[0], cpuPercent.at(-1)]).toEqual([360, 40, 399]);
});
