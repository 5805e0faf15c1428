import { describe, expect, it } from 'vitest';
import { containerOf, fingerprintsOf, fleetOf, imageId, observedRunning } from '../../support/fleet-builder.ts';
import { BEFORE, backPlanOf, backTextOf, NEWEST, refusalOf, releaseOf } from './going-back.ts';
import { needsOf } from './planning.ts';

const fleet = fleetOf({
  db: { build: null, command: null, category: null },
  api: { needs: ['db'], risk: 'high' },
  web: { needs: ['api'] },
  worker: { needs: ['api', 'db'] },
  vpn: {},
  client: { edges: [{ to: 'vpn', source: 'namespace', condition: 'started' }] },
  migrate: { kind: 'one-shot', needs: ['db'] },
});

const exited = (key: string) => ({ containers: [containerOf(key, { state: 'exited' as const, exitCode: 1 })] });
const messages = (plan: ReturnType<typeof backPlanOf>) => plan.diagnostics.map((d) => `${d.code}: ${d.message}`);

describe('the plan of a rollback', () => {
  it('of the whole fleet: dependents first, what shares something after it, jobs left alone', () => {
    expect(backTextOf(fleet)).toMatchInlineSnapshot(`
      "
      Plan: 6 planned, 1 untouched, none seen before: no estimate

      Wave 1: 3 services
        rolled-back: to release 20260201_000000, the newest in which it ran well with
        something else
          backup > rollback
            web     image 776562000000 -> 7765622d6f6c, configuration
            worker  image 776f726b6572 -> 776f726b6572, configuration
            vpn     image 76706e000000 -> 76706e2d6f6c, configuration

      Wave 2: 2 services
        rolled-back: to release 20260201_000000, the newest in which it ran well with
        something else
          backup > rollback
            api     image 617069000000 -> 6170692d6f6c, configuration; after web,
                    worker
            client  image 636c69656e74 -> 636c69656e74, configuration; after vpn

      Wave 3: 1 service
        rolled-back: to release 20260201_000000, the newest in which it ran well with
        something else
          backup > rollback
            db  image 646200000000 -> 64622d6f6c64, configuration; after api, worker

      Untouched: 1 service
        a job that runs once only goes back when it is named:
          migrate
      "
    `);
    expect(needsOf(backPlanOf(fleet))).toMatchInlineSnapshot(`
      [
        "web:backup <-",
        "web:rollback <- web:backup",
        "worker:backup <-",
        "worker:rollback <- worker:backup",
        "vpn:backup <-",
        "vpn:rollback <- vpn:backup",
        "api:backup <-",
        "api:rollback <- api:backup (after web:rollback worker:rollback)",
        "client:backup <-",
        "client:rollback <- client:backup vpn:rollback",
        "db:backup <-",
        "db:rollback <- db:backup (after api:rollback worker:rollback)",
      ]
    `);
  });

  it('of one service takes the newest release in which it ran well with something else, and nothing along', () => {
    const releases = [
      releaseOf(fleet, NEWEST),
      releaseOf(fleet, '20260202_000000', { api: { healthy: false } }),
      releaseOf(fleet, BEFORE, { api: { image: imageId('api') } }),
    ];
    const plan = backPlanOf(fleet, { services: ['api'], releases });
    expect(plan.services.map((s) => s.service)).toEqual(['api']);
    expect(plan.services[0]!.steps.at(-1)).toMatchObject({
      kind: 'rollback',
      release: BEFORE,
      image: imageId('api'),
      changes: ['configuration'],
    });
    expect(plan.options.rollback).toEqual({ to: null, all: false, targets: { api: BEFORE } });
    expect(plan.untouched).toHaveLength(6);
  });

  it('leaves alone what runs the target already, what was added since, what did not run well then, and says so', () => {
    const releases = [
      releaseOf(fleet, NEWEST),
      releaseOf(fleet, BEFORE, {
        db: { image: imageId('db'), config: 'config-1' },
        api: null,
        web: { healthy: false },
        worker: { image: null },
        gone: { project: 'fleet', name: 'gone', tag: 'gone:latest', image: imageId('gone'), config: 'c', healthy: true },
      }),
    ];
    const plan = backPlanOf(fleet, { releases, rollback: { to: BEFORE } });
    expect(plan.services.map((s) => s.service)).toEqual(['vpn', 'client']);
    expect(plan.untouched.map((u) => `${u.service}: ${u.cause.text}`)).toMatchInlineSnapshot(`
      [
        "db: it runs what release 20260201_000000 has already",
        "api: release 20260201_000000 does not have it: it was added since",
        "web: it did not run well in release 20260201_000000; name it to go back to it all the same",
        "worker: it had no container in release 20260201_000000",
        "migrate: a job that runs once only goes back when it is named",
      ]
    `);
    expect(messages(plan)).toMatchInlineSnapshot(`
      [
        "service-removed: gone is in release 20260201_000000 and in the Compose files no more: it is not put back",
      ]
    `);
    expect(plan.diagnostics[0]!.remedy).toContain(
      `docker tag ${imageId('gone')} gone:latest && docker compose -p fleet up -d --no-deps --no-build gone`,
    );
  });

  it('starts what is down at the target, and puts what needs a down service after it', () => {
    const releases = [releaseOf(fleet, NEWEST), releaseOf(fleet, BEFORE, { db: { image: imageId('db'), config: 'config-1' } })];
    const observed = observedRunning(fleet, { db: exited('db') });
    const plan = backPlanOf(fleet, { services: ['db', 'worker'], rollback: { to: BEFORE }, releases, observed });
    expect(needsOf(plan)).toMatchInlineSnapshot(`
      [
        "db:backup <-",
        "db:rollback <- db:backup",
        "worker:backup <-",
        "worker:rollback <- worker:backup db:rollback",
      ]
    `);
    expect(plan.services.find((s) => s.service === 'db')!.steps.at(-1)).toMatchObject({ changes: [] });
  });

  it('starts a dependency that is down, and what that needs', () => {
    const observed = observedRunning(fleet, { db: exited('db'), api: exited('api') });
    expect(backTextOf(fleet, { services: ['web'], observed })).toMatchInlineSnapshot(`
      "
      Plan: 3 planned, 4 untouched, none seen before: no estimate

      Wave 1: 1 service
        dependency-down: api needs it and it is not running
          restart > verify; stop-first (the same container is restarted)
            db

      Wave 2: 1 service
        dependency-down: web needs it and it is not running
          restart > verify
            api  stop-first (the same container is restarted); after db

      Wave 3: 1 service
        rolled-back: to release 20260201_000000, the newest in which it ran well with
        something else
          backup > rollback
            web  image 776562000000 -> 7765622d6f6c, configuration; after api

      Untouched: 4 services
        not named:
          worker, vpn, client, migrate
      "
    `);
  });

  it('makes anew what shares with it, with the configuration that it runs with, and restarts what has to', () => {
    const linked = fleetOf({
      vpn: {},
      client: { edges: [{ to: 'vpn', source: 'namespace', condition: 'started' }] },
      probe: { edges: [{ to: 'client', source: 'namespace', condition: 'started' }] },
      proxy: { edges: [{ to: 'vpn', restart: true }] },
      other: { needs: ['vpn'] },
    });
    const fingerprints = fingerprintsOf(linked, { client: { config: 'config-2' } });
    const plan = backPlanOf(linked, { services: ['vpn'], fingerprints });
    expect(needsOf(plan)).toMatchInlineSnapshot(`
      [
        "vpn:backup <-",
        "vpn:rollback <- vpn:backup",
        "client:replace <- vpn:rollback",
        "client:verify <- client:replace",
        "proxy:replace <- vpn:rollback",
        "proxy:verify <- proxy:replace",
        "probe:replace <- client:replace",
        "probe:verify <- probe:replace",
      ]
    `);
    const replaces = plan.services.flatMap((s) => s.steps.filter((step) => step.kind === 'replace'));
    expect(replaces.map(({ id, action, release }) => [id, action, release])).toEqual([
      ['client:replace', 'recreate', NEWEST],
      ['proxy:replace', 'restart', undefined],
      ['probe:replace', 'recreate', undefined],
    ]);
  });

  it('takes services of the same tag along', () => {
    const shared = fleetOf({ web: { image: 'app:latest' }, jobs: { image: 'app:latest', build: null }, lone: {} });
    const releases = [
      releaseOf(shared, NEWEST),
      releaseOf(shared, BEFORE, { web: { image: imageId('app-old') }, jobs: { image: imageId('app-old') } }),
    ];
    const plan = backPlanOf(shared, { services: ['web'], releases });
    expect(plan.services.map((s) => `${s.service} ${s.cause.code}: ${s.cause.text}`)).toEqual([
      `web rolled-back: to release ${BEFORE}, the newest in which it ran well with something else`,
      `jobs dependent-of: it runs the same tag as web, which goes back to release ${BEFORE}`,
    ]);
  });

  it('never waits in a circle: where sharing and needing pull against each other, sharing wins', () => {
    const knot = fleetOf({
      v: {},
      s: { edges: [{ to: 'v', source: 'namespace', condition: 'started' }] },
      y: { needs: ['v'], edges: [{ to: 's', source: 'volumes_from', condition: 'started' }] },
    });
    expect(needsOf(backPlanOf(knot)).filter((line) => line.includes(':rollback <-'))).toEqual([
      'v:rollback <- v:backup',
      's:rollback <- s:backup v:rollback',
      'y:rollback <- y:backup s:rollback',
    ]);
  });

  it('runs a job again only when it was named, and warns of it', () => {
    const plan = backPlanOf(fleet, { services: ['migrate'] });
    expect(plan.services.map((s) => s.service)).toEqual(['migrate']);
    expect(messages(plan)).toEqual([
      'job-runs-again: migrate is a job that runs once: going back runs it again, with its old image',
    ]);
  });

  it('names changed files, anonymous volumes that it cannot carry over, and what was changed by hand', () => {
    const mine = containerOf('api', {
      image: imageId('by-hand'),
      anonymousVolumes: { '/data': 'v1', '/cache': 'v2' },
      imageVolumes: ['/cache'],
    });
    const plan = backPlanOf(fleet, {
      services: ['api'],
      rollback: { to: BEFORE },
      observed: observedRunning(fleet, { api: { containers: [mine] } }),
      found: { api: { changedFiles: ['/fleet/a.conf', '/fleet/b.conf'] } },
    });
    expect(messages(plan)).toMatchInlineSnapshot(`
      [
        "file-not-put-back: api: files that it reads changed since release 20260201_000000 and are not put back: /fleet/a.conf, /fleet/b.conf",
        "changed-by-hand: api runs 62792d68616e, not 617069000000 as release 20260203_000000 says: it was replaced outside of Slipway",
        "anonymous-volume-dropped: api: the anonymous volume at /data is not in the configuration any more and stays behind as v1",
      ]
    `);
  });
});

describe('a rollback that is refused', () => {
  it('because there is nothing to go back to', () => {
    expect(refusalOf(fleet, { releases: [] })).toMatchInlineSnapshot(`
      [
        "no-release: there is no release to go back to (each rebuild leaves a release; \`slipway adopt\` records what runs now)",
      ]
    `);
    expect(refusalOf(fleet, { rollback: { to: '20260201_000001' } })).toMatchInlineSnapshot(`
      [
        "unknown-release: there is no release 20260201_000001 (did you mean 20260201_000000?)",
      ]
    `);
    expect(refusalOf(fleet, { services: ['web', 'api'], releases: [releaseOf(fleet, NEWEST)] })).toMatchInlineSnapshot(`
      [
        "cannot-go-back: api cannot go back: no release has it running well with another image or configuration (see \`slipway releases\` for what there is; leave it out to go on with the others)",
        "cannot-go-back: web cannot go back: no release has it running well with another image or configuration (see \`slipway releases\` for what there is; leave it out to go on with the others)",
      ]
    `);
  });

  it('because of a name: unknown, or no more in the Compose files', () => {
    const gone = { project: 'fleet', name: 'gone', tag: 'gone:latest', image: imageId('gone'), config: 'c', healthy: true };
    const releases = [releaseOf(fleet, NEWEST), releaseOf(fleet, BEFORE, { gone })];
    expect(refusalOf(fleet, { services: ['wbe'], releases })[0]).toMatch(/^unknown-service: .*did you mean web/);
    expect(refusalOf(fleet, { services: ['gone'], releases })[0]).toMatch(/^service-removed: gone is in release 20260201/);
  });

  it('because images are gone, all named at once', () => {
    const found = { web: { imageIs: 'gone' as const }, db: { imageIs: 'gone' as const } };
    expect(refusalOf(fleet, { found })).toMatchInlineSnapshot(`
      [
        "image-gone: db cannot go back to release 20260201_000000: its image 64622d6f6c64 is not on the engine any more (choose another release with --to, restore a backup, or rebuild it; nothing was touched)",
        "image-gone: web cannot go back to release 20260201_000000: its image 7765622d6f6c is not on the engine any more (choose another release with --to, restore a backup, or rebuild it; nothing was touched)",
      ]
    `);
  });
});

describe('a continued rollback', () => {
  const none = new Set<string>();
  const progress = { only: null, settled: none, backedUp: none, putBack: none, replaced: new Map() };
  const targets = { db: BEFORE, api: BEFORE, web: BEFORE };

  it('goes on to the same releases, without what is done and without a second backup', () => {
    const plan = backPlanOf(fleet, {
      rollback: { targets },
      releases: [
        releaseOf(fleet, '20260204_000000', { api: { image: imageId('newer') } }),
        releaseOf(fleet, NEWEST),
        releaseOf(fleet, BEFORE),
      ],
      progress: { ...progress, settled: new Set(['web']), backedUp: new Set(['web', 'api']) },
    });
    expect(needsOf(plan)).toEqual(['api:rollback <-', 'db:backup <-', 'db:rollback <- db:backup (after api:rollback)']);
    expect(plan.services.map((s) => s.cause.text)).toEqual(Array(2).fill(`to release ${BEFORE}, as this run began`));
    expect(plan.untouched.map((u) => `${u.service}: ${u.cause.text}`)).toContain('web: done earlier in this run');
    expect(plan.options.rollback!.targets).toEqual(targets);
  });

  it('is narrowed by names, and judges what was put in place beside it', () => {
    const plan = backPlanOf(fleet, {
      rollback: { targets },
      progress: {
        ...progress,
        only: ['api'],
        settled: new Set(['web']),
        replaced: new Map([['client', { image: imageId('client') }]]),
      },
    });
    expect(needsOf(plan)).toEqual(['api:backup <-', 'api:rollback <- api:backup', 'client:verify <-']);
  });

  it('only judges what was put back without a verdict, and ends what it began also where it is at its target', () => {
    const back = { containers: [containerOf('web', { image: imageId('web-old') })] };
    const observed = observedRunning(fleet, { web: back });
    const given = { rollback: { targets: { web: BEFORE } }, observed };
    const present = new Map([['web', { release: BEFORE, config: 'config-0' }]]);
    expect(needsOf(backPlanOf(fleet, { ...given, progress: { ...progress, putBack: new Set(['web']) } }))).toEqual([
      'web:verify <-',
    ]);
    expect(needsOf(backPlanOf(fleet, { ...given, present, progress: { ...progress, backedUp: new Set(['web']) } }))).toEqual([
      'web:rollback <-',
    ]);
  });

  it('makes anew what shares with a service that is back already', () => {
    const plan = backPlanOf(fleet, {
      rollback: { targets: { vpn: BEFORE } },
      progress: { ...progress, settled: new Set(['vpn']) },
    });
    expect(needsOf(plan)).toEqual(['client:replace <-', 'client:verify <- client:replace']);
  });
});
