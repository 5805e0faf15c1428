import { describe, expect, it } from 'vitest';
import {
  containerOf,
  fingerprintsOf,
  fleetOf,
  imageId,
  NOTHING_OBSERVED,
  observedRunning,
  recordsOf,
} from '../../support/fleet-builder.ts';
import { textOf } from './planning.ts';

const web = fleetOf({ web: {} });
const completed = { image: imageId('web'), inputs: 'inputs-1', config: 'config-1', bases: [] };
const slim = (image: string | null) => [{ ref: 'python:3.12-slim', image, created: '2026-01-01T00:00:00.000Z' }];

describe('never-built', () => {
  it('is a service of which there is nothing', () => {
    expect(textOf(web, { observed: NOTHING_OBSERVED, records: new Map() })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        never-built: it has no container and no image
          build > test > replace > verify; stop-first (first start)
            web
      "
    `);
  });

  it('is a running service that no run has completed: whether its configuration is right is not known, so Compose decides', () => {
    expect(textOf(web, { records: new Map() })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        never-built: no run has completed it yet
          backup > build > test > replace > verify
          stop-first (default; set replace.order to start-first)
            web
      "
    `);
  });

  it('is a recorded service of which the image and the container were removed', () => {
    expect(textOf(web, { observed: NOTHING_OBSERVED })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        never-built: it has no container and no image
          build > test > replace > verify; stop-first (first start)
            web
      "
    `);
  });
});

describe('failed-before', () => {
  it('leaves the replace to the image when the failure never reached the container', () => {
    expect(textOf(web, { records: recordsOf(web, { web: { status: 'failed', code: 'test-failed' } }) })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        failed-before: it failed in run 20260201_000000 (test-failed)
          backup > build > test? > replace? > verify
          stop-first (default; set replace.order to start-first)
            web

      ? only if the new image is not the one that runs
      "
    `);
  });

  it('makes the container anew when it is the one that failed', () => {
    const observed = observedRunning(web, {
      web: { containers: [containerOf('web', { image: imageId('bad') })], tagImage: imageId('bad') },
    });
    const records = recordsOf(web, { web: { status: 'failed', code: 'bad-verdict' } });
    expect(textOf(web, { records, observed })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        failed-before: it failed in run 20260201_000000 (bad-verdict)
          backup > build > test > recreate > verify
          stop-first (default; set replace.order to start-first)
            web
      "
    `);
  });
});

describe('rolled-back', () => {
  it('is built again, and replaced whatever comes out, as the configuration in place is not known', () => {
    const records = recordsOf(web, { web: { status: 'rolled-back', code: 'bad-verdict' } });
    expect(textOf(web, { records })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        rolled-back: it was rolled back in run 20260201_000000
          backup > build > test > replace > verify
          stop-first (default; set replace.order to start-first)
            web
      "
    `);
  });
});

describe('inputs-changed', () => {
  it('lets the build tell whether the image differs', () => {
    expect(textOf(web, { fingerprints: fingerprintsOf(web, { web: { inputs: 'inputs-2' } }) })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        inputs-changed: its inputs differ from those of the last completed run
          backup > build > test? > replace? > verify
          stop-first (default; set replace.order to start-first)
            web

      ? only if the new image is not the one that runs
      "
    `);
  });

  it('says why inputs cannot be known, and builds', () => {
    const fingerprints = fingerprintsOf(web, { web: { inputs: null, unknown: 'its context is remote' } });
    expect(textOf(web, { fingerprints })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        inputs-changed: its inputs cannot be known: its context is remote
          backup > build > test? > replace? > verify
          stop-first (default; set replace.order to start-first)
            web

      ? only if the new image is not the one that runs
      "
    `);
  });

  it('is a container of another image than the recorded one', () => {
    const observed = observedRunning(web, {
      web: { containers: [containerOf('web', { image: imageId('hand') })], tagImage: imageId('hand') },
    });
    expect(textOf(web, { observed })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        inputs-changed: it runs 68616e640000, not the recorded 776562000000
          backup > build > test > replace > verify
          stop-first (default; set replace.order to start-first)
            web
      "
    `);
  });

  it('is replicas of different images', () => {
    const two = fleetOf({ web: { scale: 2 } });
    const containers = [containerOf('web'), containerOf('web', { number: 2, image: imageId('old') })];
    expect(textOf(two, { observed: observedRunning(two, { web: { containers } }) })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        inputs-changed: its containers run different images
          backup > build > test > replace > verify
          stop-first (default; set replace.order to start-first)
            web
      "
    `);
  });

  it('tests without a guard when what runs was never tested', () => {
    const fingerprints = fingerprintsOf(web, { web: { inputs: 'inputs-2' } });
    expect(textOf(web, { fingerprints, records: recordsOf(web, { web: { tested: 'untested' } }) })).toContain(
      'build > test > replace? > verify',
    );
  });
});

describe('base-changed', () => {
  const records = recordsOf(web, { web: { completed: { ...completed, bases: slim(imageId('base-1')) } } });

  it('is a base of another image id', () => {
    expect(
      textOf(web, { records, fingerprints: fingerprintsOf(web, { web: { bases: slim(imageId('base-2')) } }) }),
    ).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        base-changed: python:3.12-slim is now 626173652d32
          backup > build > test? > replace? > verify
          stop-first (default; set replace.order to start-first)
            web

      ? only if the new image is not the one that runs

      Base images
        python:3.12-slim  34 days old, under 1 service
        a build on a cached base brings no fixes of it; --pull refreshes bases
      "
    `);
  });

  it('is a base that is gone from the engine', () => {
    expect(textOf(web, { records, fingerprints: fingerprintsOf(web, { web: { bases: slim(null) } }) })).toContain(
      'base-changed: python:3.12-slim is no longer on the engine',
    );
  });

  it('is any base with --pull, as only the registry knows', () => {
    const fingerprints = fingerprintsOf(web, { web: { bases: slim(imageId('base-1')) } });
    expect(textOf(web, { records, fingerprints, options: { pull: true } })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        base-changed: --pull: python:3.12-slim may have moved
          backup > build > test? > replace? > verify
          stop-first (default; set replace.order to start-first)
            web

      ? only if the new image is not the one that runs

      Base images
        python:3.12-slim  34 days old, under 1 service
      "
    `);
  });

  it('is not a base that is as it was', () => {
    expect(textOf(web, { records, fingerprints: fingerprintsOf(web, { web: { bases: slim(imageId('base-1')) } }) })).toContain(
      '0 planned',
    );
  });
});

describe('config-changed', () => {
  it('replaces without a build', () => {
    expect(textOf(web, { fingerprints: fingerprintsOf(web, { web: { config: 'config-2' } }) })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        config-changed: its configuration differs from that of the last completed run
          backup > replace > verify
          stop-first (default; set replace.order to start-first)
            web
      "
    `);
  });

  it('is a container that does not run though it should', () => {
    const observed = observedRunning(web, { web: { containers: [containerOf('web', { state: 'exited', exitCode: 137 })] } });
    expect(textOf(web, { observed })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        config-changed: its container is not running (exited with code 137)
          backup > replace > verify
          stop-first (default; set replace.order to start-first)
            web
      "
    `);
  });

  it('is a container that is gone while its image is there', () => {
    expect(textOf(web, { observed: observedRunning(web, { web: { containers: [] } }) })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        config-changed: its container is gone
          replace > verify; stop-first (first start)
            web
      "
    `);
  });

  it('is a tag that was moved under a running container: putting it back restarts nothing', () => {
    expect(textOf(web, { observed: observedRunning(web, { web: { tagImage: imageId('other') } }) })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        config-changed: its tag web:latest was moved to 6f7468657200
          backup > replace > verify
          stop-first (default; set replace.order to start-first)
            web
      "
    `);
  });

  it('lifts the guard of a changed build', () => {
    const fingerprints = fingerprintsOf(web, { web: { inputs: 'inputs-2', config: 'config-2' } });
    expect(textOf(web, { fingerprints })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        inputs-changed: its inputs differ from those of the last completed run
          backup > build > test > replace > verify
          stop-first (default; set replace.order to start-first)
            web
      "
    `);
  });
});

describe('forced, no-cache, untested', () => {
  it('--force replaces what is unchanged, from cache', () => {
    expect(textOf(web, { options: { force: true } })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        forced: --force replaces what is unchanged too
          backup > build > test > recreate > verify
          stop-first (default; set replace.order to start-first)
            web
      "
    `);
  });

  it('--no-cache builds what is unchanged and replaces what differs', () => {
    expect(textOf(web, { options: { noCache: true } })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        no-cache: --no-cache builds everything anew
          backup > build > test? > replace? > verify
          stop-first (default; set replace.order to start-first)
            web

      ? only if the new image is not the one that runs
      "
    `);
  });

  it('tests what runs untested, without a build', () => {
    expect(textOf(web, { records: recordsOf(web, { web: { tested: 'untested' } }) })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        untested: what runs was put in place without its tests
          test; nothing is replaced
            web
      "
    `);
  });

  it('--skip-tests leaves the untested alone and names critical services that go untested', () => {
    const fleet = fleetOf({ web: { critical: true }, api: {} });
    const records = recordsOf(fleet, { api: { tested: 'untested' } });
    const fingerprints = fingerprintsOf(fleet, { web: { inputs: 'inputs-2' } });
    expect(textOf(fleet, { records, fingerprints, options: { skipTests: true } })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 1 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        inputs-changed: its inputs differ from those of the last completed run
          backup > build > replace? > verify
          stop-first (default; set replace.order to start-first)
            web

      ? only if the new image is not the one that runs

      Untouched: 1 service
        same inputs, bases and configuration as in the last completed run:
          api

      Diagnostics: 1 info
      "
    `);
  });

  it('the first cause that applies names the service, also under --force', () => {
    const fingerprints = fingerprintsOf(web, { web: { inputs: 'inputs-2' } });
    expect(textOf(web, { fingerprints, options: { force: true, noCache: true } })).toContain('inputs-changed: its inputs differ');
  });
});

describe('unchanged', () => {
  it('leaves everything alone and says why', () => {
    expect(textOf(fleetOf({ web: {}, cache: { build: null, command: null } }))).toMatchInlineSnapshot(`
      "
      Plan: 0 planned, 2 untouched; nothing to do

      Untouched: 2 services
        same inputs, bases and configuration as in the last completed run:
          web
        its image and configuration are those of the last completed run:
          cache
      "
    `);
  });

  it('a skipped service whose container is as recorded is left alone', () => {
    expect(textOf(web, { records: recordsOf(web, { web: { status: 'skipped' } }) })).toContain('0 planned');
  });
});

describe('image-only services', () => {
  const cache = fleetOf({ cache: { image: 'redis:7', build: null, command: null } });

  it('are pulled when the image is missing', () => {
    expect(textOf(cache, { observed: NOTHING_OBSERVED, records: new Map() })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        never-built: it has no container and no image
          pull > replace > verify; stop-first (first start)
            cache
      "
    `);
  });

  it('are replaced when the tag was moved', () => {
    expect(textOf(cache, { observed: observedRunning(cache, { cache: { tagImage: imageId('newer') } }) })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        inputs-changed: redis:7 is now 6e6577657200, it runs 636163686500
          backup > replace > verify
          stop-first (default; set replace.order to start-first)
            cache
      "
    `);
  });

  it('are pulled with --pull, and replaced when that brought another image', () => {
    expect(textOf(cache, { options: { pull: true } })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        inputs-changed: --pull: redis:7 may have moved in its registry
          backup > pull > replace? > verify
          stop-first (default; set replace.order to start-first)
            cache

      ? only if the new image is not the one that runs
      "
    `);
  });

  it('are not pulled when their Compose file says never', () => {
    const ours = fleetOf({ cache: { image: 'redis:7', build: null, command: null, compose: { pull_policy: 'never' } } });
    expect(textOf(ours, { options: { pull: true } })).toContain('0 planned, 1 untouched');
  });

  it('are not pulled when fixed by digest', () => {
    const pinned = fleetOf({ cache: { image: `redis@${imageId('redis')}`, build: null, command: null } });
    expect(textOf(pinned, { options: { pull: true } })).toContain('0 planned');
  });

  it('have nothing to build with --no-cache', () => {
    expect(textOf(cache, { options: { noCache: true } })).toContain('0 planned');
  });
});

describe('one-shots', () => {
  const job = fleetOf({ job: { kind: 'one-shot' } });

  it.each([{ force: true }, {}])('that succeeded on this image are left alone with %o', (options) => {
    expect(textOf(job, { options })).toContain('one-shot already succeeded on this image; name it to run it again:\n    job');
  });

  it('are left alone when only their configuration changed', () => {
    expect(textOf(job, { fingerprints: fingerprintsOf(job, { job: { config: 'config-2' } }) })).toContain('0 planned');
  });

  it('are left alone when the finished container was removed', () => {
    expect(textOf(job, { observed: observedRunning(job, { job: { containers: [] } }) })).toContain('0 planned');
  });

  it('run again when named', () => {
    expect(textOf(job, { options: { services: ['job'] } })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        forced: it was named, so the finished job runs again
          backup > build > test > recreate > verify; stop-first (a job that runs once)
            job
      "
    `);
  });

  it('run for another image only, with --no-cache too', () => {
    expect(textOf(job, { options: { noCache: true } })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        no-cache: --no-cache builds everything anew
          backup > build > test? > replace? > verify
          stop-first (a job that runs once)
            job

      ? only if the new image is not the one that runs
      "
    `);
  });

  it('run when the last attempt failed', () => {
    const observed = observedRunning(job, { job: { containers: [containerOf('job', { state: 'exited', exitCode: 3 })] } });
    expect(textOf(job, { observed })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        config-changed: the job has not succeeded (exited with code 3)
          backup > replace > verify; stop-first (a job that runs once)
            job
      "
    `);
  });
});
