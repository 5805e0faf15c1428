import { describe, expect, test } from 'vitest';
import { requireUnused, VolumeInUse } from '../../../src/backup/quiet.ts';
import {
  HALF_RESTORED,
  handToRun,
  StopFailed,
  startUntouched,
  startWhatWasStopped,
  stillHalf,
  stopForVolumes,
  volumesBegun,
  volumesWhole,
} from '../../../src/backup/stopped.ts';
import type { Stopped } from '../../../src/backup/volume-groups.ts';
import type { Engine } from '../../../src/docker/port.ts';
import { err, ok } from '../../../src/model/result.ts';
import { MemoryDisk } from '../../../src/util/memory-disk.ts';

const NOTE = '/fleet/.slipway/stopped.json';
const USERS: readonly Stopped[] = ['ui', 'api', 'store'].map((service) => ({ container: service, name: service, service }));
const ABOUT = { why: 'The restore of phase1_20260204_140000', users: USERS };

/** A machine on which these containers run; `stuck` cannot be stopped. */
function machine({ stuck = '' } = {}) {
  const running = new Set(USERS.map(({ container }) => container));
  const problem = { code: 'engine-error', message: 'it does not listen', remedy: '' } as const;
  const done = (_: unknown) => ok(null);
  const engine = {
    stop: async (id: string) => (id === stuck ? err(problem) : done(running.delete(id))),
    start: async (id: string) => done(running.add(id)),
    inspect: async (id: string) => ({ id }),
  } as unknown as Pick<Engine, 'start' | 'stop' | 'inspect'>;
  return { place: { root: '/fleet', disk: new MemoryDisk(), engine }, running };
}

describe('who is stopped for a volume that is restored', () => {
  test('runs again when the restore ends before anything was written', async () => {
    const { place, running } = machine({ stuck: 'store' });
    await expect(stopForVolumes(place, ABOUT)).rejects.toThrow(StopFailed);
    expect([...running]).toEqual(['store']);
    expect((await startWhatWasStopped(place)).map((d) => d.code)).toEqual(['services-started-again']);
    expect([...running].sort()).toEqual(['api', 'store', 'ui']);
    await expect(place.disk.read(NOTE)).rejects.toThrow();
  });

  test('stays stopped while a volume is half written, whatever else is restored', async () => {
    const { place, running } = machine();
    await stopForVolumes(place, ABOUT);
    await volumesBegun(place, ['data']);
    expect((await startWhatWasStopped(place)).map((d) => d.code)).toEqual([HALF_RESTORED]);
    expect(await stillHalf(place, [])).toMatchObject({ code: HALF_RESTORED, message: expect.stringContaining('data') });
    expect(await stillHalf(place, ['more'])).toMatchObject({ code: HALF_RESTORED });
    expect(await stillHalf(place, ['data', 'more'])).toBeNull();
    // A second try that has not begun to write does not make it whole.
    await stopForVolumes(place, { ...ABOUT, users: [] });
    expect(await stillHalf(place, [])).not.toBeNull();
    expect(running.size).toBe(0);
    await volumesWhole(place);
    expect((await startWhatWasStopped(place)).map((d) => d.code)).toEqual(['services-started-again']);
    expect(running.size).toBe(3);
  });

  test('is started by the run that puts it in place, or after it: also when the run is cut off', async () => {
    const { place, running } = machine();
    await stopForVolumes(place, ABOUT);
    await volumesBegun(place, ['data']);
    await volumesWhole(place);
    expect(await handToRun(place, new Set(['api']))).toEqual(USERS);
    expect(JSON.parse((await place.disk.read(NOTE)).toString('utf8')).stopped.map((s: Stopped) => s.service)).toEqual([
      'ui',
      'store',
    ]);
    expect(await startUntouched(place, [USERS[0]!, USERS[2]!])).toEqual([]);
    expect([...running]).toEqual(['store', 'ui']);
    await expect(place.disk.read(NOTE)).rejects.toThrow();
  });
});

test.each(['[]', 'null', '{"version":1,"why":"x","stopped":[null]}', '{"version":1,"stopped":[]}'])(
  'a note that somebody has damaged is none: %s',
  async (text) => {
    const { place } = machine();
    await place.disk.makeFolder('/fleet/.slipway');
    await place.disk.replace(NOTE, text, { mode: 0o600, durability: 'relaxed' });
    expect(await startWhatWasStopped(place)).toEqual([]);
  },
);

test('a volume that somebody has begun to use meanwhile is left alone; a list that lags behind is not believed', async () => {
  const archive = {
    volumeUsers: async () => [{ container: 'c', name: 'late', state: 'running' as const, project: null, service: null }],
  };
  const look = (state: string | null) =>
    requireUnused('data', archive, { inspect: async () => state && { state } } as unknown as Pick<Engine, 'inspect'>);
  await look('exited');
  await look(null);
  await expect(look('running')).rejects.toThrow(VolumeInUse);
  await expect(look('paused')).rejects.toThrow(/volume data is used by late/);
});
