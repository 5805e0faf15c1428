import { describe, expect, test } from 'vitest';
import type { EventBody } from '../../../src/journal/events.ts';
import { projectRun } from '../../../src/journal/projection.ts';
import type { Release } from '../../../src/release/types.ts';
import { expectedOf, untouchedSince } from '../../../src/validate/expected.ts';
import { serviceOf } from '../../support/compose-project.ts';
import { done, eventsOf, finished, imageId, intent, RUN, settled, started, wholeService } from '../../support/journal.ts';

const api = serviceOf('shop', 'api');

function runOf(bodies: readonly EventBody[], run = RUN) {
  return projectRun(run, eventsOf(bodies, run));
}

function release(at: string, origin: Release['origin'] = 'run'): Release {
  const entry = { project: 'shop', name: 'api', tag: 'api:latest', image: imageId('9'), inputs: null, config: null };
  const rest = { status: 'completed', healthy: true, configuration: 'files', files: {} } as const;
  return { version: 2, release: 'R', phase: 'phase1', at, origin, services: { api: { ...entry, ...rest } } };
}

const LATER = '2099-01-01T00:00:00.000Z';
const EARLIER = '2001-01-01T00:00:00.000Z';
const expected = (runs: ReturnType<typeof runOf>[], of: Release | null) => expectedOf([api], { runs, release: of }).get('api');

describe('what a service should run', () => {
  const whole = runOf([started(['api']), ...wholeService('api'), finished('done')]);

  test('is what the release says that was stored after the last run that changed it', () => {
    expect(expected([whole], release(LATER))).toMatchObject({ by: 'release', release: 'R' });
  });

  test('is what a run put in place that was killed before it could store a release', () => {
    expect(expected([whole], release(EARLIER))).toMatchObject({ by: 'run', run: RUN });
    expect(expected([whole], null)).toMatchObject({ by: 'run', run: RUN });
  });

  test('is not known while a replace of a run that was killed may have changed it', () => {
    const cut = runOf([started(['api']), intent('api', 'build'), done('api', 'build'), intent('api', 'replace')]);
    expect(expected([cut], release(EARLIER))).toEqual({ by: 'nobody', why: 'unfinished', run: RUN });
  });

  test('stays what the release says when a later run did not come to its replace', () => {
    const built = runOf([started(['api']), intent('api', 'build'), done('api', 'build')]);
    expect(expected([built], release(EARLIER))).toMatchObject({ by: 'release' });
  });

  test('is nothing when no release has it', () => {
    expect(expected([], { ...release(LATER), services: {} })).toEqual({ by: 'nobody', why: 'no-release' });
  });
});

describe('since when a service stands untouched', () => {
  const run = runOf([started(['api', 'web']), ...wholeService('api'), finished('done')]);
  const settledAt = run.services.get('api')!.lastSettled!.at;

  test('is when the last run settled it, or ended when it left it alone', () => {
    expect(untouchedSince('api', [run], release(LATER))).toBe(settledAt);
    expect(untouchedSince('web', [run], release(LATER))).toBe(run.finishedAt);
    expect(settledAt < run.finishedAt!).toBe(true);
  });

  test('is when the fleet was adopted, if that was later', () => {
    expect(untouchedSince('api', [run], release(LATER, 'adopted'))).toBe(LATER);
    expect(untouchedSince('api', [run], release(EARLIER, 'adopted'))).toBe(settledAt);
    expect(untouchedSince('api', [], release(EARLIER, 'adopted'))).toBe(EARLIER);
  });

  test('is not known without a run and a release', () => {
    expect(untouchedSince('api', [], null)).toBeNull();
  });

  test('does not count what a run left for later', () => {
    const left = runOf([started(['api']), settled('api', 'pending', null), finished('interrupted')]);
    expect(untouchedSince('api', [left], null)).toBe(left.finishedAt);
  });
});
