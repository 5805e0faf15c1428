import { describe, expect, test } from 'vitest';
import type { Before } from '../../../../src/journal/events.ts';
import type { ObservedContainer } from '../../../../src/plan/types.ts';
import { planRecovery } from '../../../../src/run/recovery/recover.ts';

const OLD = 'sha256:old';
const NEW = 'sha256:new';

function container(id: string, changes: Partial<ObservedContainer> = {}): ObservedContainer {
  return {
    id,
    name: 'fleet-web-1',
    service: 'web',
    number: 1,
    image: OLD,
    state: 'running',
    exitCode: 0,
    error: '',
    oomKilled: false,
    createdAt: '2026-01-01T00:00:00.000Z',
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: null,
    restartCount: 0,
    health: 'none',
    healthAt: null,
    healthLog: [],
    configHash: 'h',
    temporary: false,
    ...changes,
  };
}

const before: Before = { containers: ['old'], image: OLD, tagImage: OLD, anonymousVolumes: {} };
const temp = container('temp', { name: '0123456789ab_fleet-web-1', image: NEW, state: 'created', temporary: true });

const wanted = (image: string, kind: 'service' | 'one-shot' = 'service') => ({ image, kind });

describe('planRecovery', () => {
  test('old stopped beside a temporary one: the temporary one goes, the tag goes back, the old one starts', () => {
    const recovery = planRecovery(before, [container('old', { state: 'exited' }), temp], wanted(NEW));
    expect(recovery.serving).toBe('old');
    expect(recovery.repairs.map((r) => r.do)).toEqual(['remove', 'tag', 'start']);
    expect(recovery.repairs[0]).toMatchObject({ container: 'temp' });
  });

  test('old being removed by somebody: the temporary one, which holds the volumes, takes its place', () => {
    const recovery = planRecovery(before, [container('old', { state: 'removing' }), temp], wanted(NEW));
    expect(recovery).toMatchObject({ serving: 'new', containers: ['temp'] });
    expect(recovery.repairs.map((r) => r.do)).toEqual(['rename', 'start']);
  });

  test('old still running: nothing is started', () => {
    const recovery = planRecovery(before, [container('old')], wanted(NEW));
    expect(recovery.repairs).toEqual([{ do: 'tag', image: OLD }]);
  });

  test('several old ones that all still run: the tag goes back to what they run', () => {
    const several = { ...before, containers: ['old', 'older'] };
    const recovery = planRecovery(
      several,
      [container('old'), container('older', { name: 'fleet-web-2', number: 2 }), temp],
      wanted(NEW),
    );
    expect(recovery.serving).toBe('old');
    expect(recovery.repairs).toContainEqual({ do: 'tag', image: OLD });
    expect(recovery.repairs).toContainEqual(expect.objectContaining({ do: 'remove', container: 'temp' }));
  });

  test('old gone: the temporary one gets its name and is started, because it holds the anonymous volumes', () => {
    const recovery = planRecovery(before, [temp], wanted(NEW));
    expect(recovery).toEqual({
      serving: 'new',
      containers: ['temp'],
      repairs: [
        { do: 'rename', container: 'temp', name: 'fleet-web-1' },
        { do: 'start', container: 'temp' },
      ],
    });
  });

  test('the new one has its name but was not started', () => {
    const recovery = planRecovery(before, [container('new', { image: NEW, state: 'created' })], wanted(NEW));
    expect(recovery.serving).toBe('new');
    expect(recovery.repairs).toEqual([{ do: 'start', container: 'new' }]);
  });

  test('the new one runs: nothing to repair', () => {
    expect(planRecovery(before, [container('new', { image: NEW })], wanted(NEW))).toEqual({
      serving: 'new',
      containers: ['new'],
      repairs: [],
    });
  });

  test('old still running beside a temporary one: its stop may be under way, so it is let come to its end before anything else', () => {
    const recovery = planRecovery(before, [container('old'), temp], wanted(NEW));
    expect(recovery.repairs.map((r) => r.do)).toEqual(['stop', 'remove', 'tag', 'start']);
    expect(recovery.repairs.at(-1)).toEqual({ do: 'start', container: 'old' });
  });

  test('old still running beside a new one of its own name (start-first): it is not stopped', () => {
    const beside = container('new', { name: 'fleet-web-2', image: NEW });
    const recovery = planRecovery(before, [container('old'), beside], wanted(NEW));
    expect(recovery.repairs.map((r) => r.do)).toEqual(['remove', 'tag']);
  });

  test.each([
    ['the old job', container('old', { state: 'exited' }), ['remove', 'tag']],
    ['the new job', container('new', { image: NEW, state: 'exited' }), []],
  ])('%s has run: it is not run again', (_, job, repairs) => {
    const now = job.id === 'old' ? [job, temp] : [job];
    expect(planRecovery(before, now, wanted(NEW, 'one-shot')).repairs.map((r) => r.do)).toEqual(repairs);
  });

  test('a new job that was never started is started', () => {
    const recovery = planRecovery(before, [temp], wanted(NEW, 'one-shot'));
    expect(recovery.repairs.map((r) => r.do)).toEqual(['rename', 'start']);
  });

  test('nothing is left', () => {
    expect(planRecovery(before, [], wanted(NEW))).toEqual({ serving: 'none', containers: [], repairs: [] });
  });

  test('a recreate with the same image: the old container is the service as long as it exists', () => {
    const recovery = planRecovery(before, [container('old', { state: 'exited' }), { ...temp, image: OLD }], wanted(OLD));
    expect(recovery.serving).toBe('old');
    expect(recovery.repairs.map((r) => r.do)).toEqual(['remove', 'start']);
  });

  test('a recreate of two replicas with the same image, cut off at the second: the second is let stop, and serves on', () => {
    const two: Before = { ...before, containers: ['old1', 'old2'] };
    const second = container('old2', { name: 'fleet-web-2' });
    const beside = container('temp2', { name: '0123456789ab_fleet-web-2', state: 'created', temporary: true });
    const recovery = planRecovery(two, [container('new1'), second, beside], wanted(OLD));
    expect(recovery.serving).toBe('mixed');
    expect(recovery.repairs.map((r) => r.do)).toEqual(['stop', 'remove', 'start']);
  });

  test('two replicas, one of them replaced: both serve, and the next replace makes them equal', () => {
    const two: Before = { ...before, containers: ['old1', 'old2'] };
    const recovery = planRecovery(
      two,
      [container('old2', { name: 'fleet-web-2' }), container('new1', { image: NEW })],
      wanted(NEW),
    );
    expect(recovery.serving).toBe('mixed');
    expect(recovery.repairs).toEqual([]);
  });
});
