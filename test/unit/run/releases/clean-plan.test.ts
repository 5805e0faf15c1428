import { expect, test } from 'vitest';
import { projectRun, type RunState } from '../../../../src/journal/projection.ts';
import { NO_OPTIONS } from '../../../../src/plan/options.ts';
import type { Release } from '../../../../src/release/types.ts';
import { type CleanFacts, planClean } from '../../../../src/run/releases/clean-plan.ts';
import { fleetOf, imageId } from '../../../support/fleet-builder.ts';
import { settled } from '../../../support/journal.ts';

const RUNS = ['20260201_100000', '20260202_100000', '20260203_100000', '20260204_100000'];

/** A run in which these services completed; null = it was cut off. */
function run(id: string, services: readonly string[], outcome: 'done' | 'failed' | null = 'done'): RunState {
  const bodies = [
    {
      type: 'run-started',
      phase: 'phase1',
      plan: 'p',
      command: 'rebuild',
      options: NO_OPTIONS,
      services: services.map((service) => ({ service, category: 'apps', wave: 0 })),
      slipway: '1',
      engine: { docker: '1', compose: '1', buildx: '1' },
    } as const,
    ...services.map((service) => settled(service, outcome === 'failed' ? 'failed' : 'completed')),
    ...(outcome ? [{ type: 'run-finished', outcome, exitCode: 0, why: '' } as const] : []),
  ];
  return projectRun(
    id,
    bodies.map((body, at) => ({ v: 1, seq: at + 1, at: id, run: id, ...body })),
  );
}

function release(id: string, image: string): Release {
  const service = { project: 'fleet', name: 'api', tag: 'api:latest', image: imageId(image), inputs: null, config: null };
  const api = { ...service, status: 'completed', healthy: true, configuration: 'files', files: {} } as const;
  return { version: 2, release: id, phase: 'phase1', at: id, origin: 'run', services: { api } };
}

function facts(changes: Partial<CleanFacts> = {}): CleanFacts {
  const base = fleetOf({ api: {}, still: {} });
  const fleet = { ...base, settings: { ...base.settings, rollback: { ...base.settings.rollback, keepReleases: 2 } } };
  return {
    fleet,
    runs: RUNS.map((id, at) => run(id, at === 0 ? ['api', 'still'] : ['api'])),
    releases: RUNS.map((id) => release(id, id)).toReversed(),
    others: [],
    keepers: RUNS.map((id) => ({ project: 'fleet', image: imageId(id) })),
    tags: {
      'api:latest': imageId(RUNS[3]!),
      ...Object.fromEntries(RUNS.map((id, at) => [`api:pre-phase1-rebuild-${id}`, imageId(RUNS[at - 1] ?? 'first')])),
      'api:pre-phase1-rebuild-mine': imageId('mine'),
    },
    leftovers: [],
    ...changes,
  };
}

const told = (changes: Partial<CleanFacts> = {}) =>
  planClean(facts(changes)).map((cleaning) => {
    if (cleaning.kind === 'release') return `release ${cleaning.release}`;
    if (cleaning.kind === 'keeper') return `keeper ${RUNS.find((id) => imageId(id) === cleaning.keeper.image)}`;
    if (cleaning.kind === 'backup-tag') return `tag ${cleaning.tag}`;
    return cleaning.kind === 'run' ? `run ${cleaning.run}` : `leftover ${cleaning.leftover.name}`;
  });

test('what is past its keep goes: releases with their keepers, tags, journals; not the last that tells of a service', () => {
  expect(told()).toEqual([
    `release ${RUNS[1]}`,
    `release ${RUNS[0]}`,
    `keeper ${RUNS[0]}`,
    `keeper ${RUNS[1]}`,
    `tag api:pre-phase1-rebuild-${RUNS[1]}`,
    `run ${RUNS[1]}`,
  ]);
});

test('what another phase needs stays', () => {
  expect(told({ others: [release('elsewhere', RUNS[0]!)] })).not.toContain(`keeper ${RUNS[0]}`);
});

test.each([
  ['failed', 'failed'],
  ['cut off', null],
] as const)('nothing goes that a run which %s may need to be continued', (_, outcome) => {
  const runs = [...RUNS.slice(0, 3).map((id) => run(id, ['api'])), run(RUNS[3]!, ['api'], outcome)];
  const candidate = { kind: 'candidate-tag', run: RUNS[3]!, name: 'api:candidate' } as const;
  const helper = { kind: 'test-container', run: RUNS[0]!, name: 'helper' } as const;
  const base = facts();
  const fleet = {
    ...base.fleet,
    settings: { ...base.fleet.settings, rollback: { ...base.fleet.settings.rollback, keepReleases: 0 } },
  };
  const sick = base.releases.map((r) => ({ ...r, services: { api: { ...r.services.api!, healthy: r.release === RUNS[0] } } }));
  const found = told({ fleet, runs, releases: sick, leftovers: [candidate, helper] });
  expect(found).toContain('leftover helper');
  expect(found).not.toContain('leftover api:candidate');
  expect(found.filter((text) => text.startsWith('release'))).toEqual([`release ${RUNS[1]}`]);
  expect(found.filter((text) => text.startsWith('run'))).not.toContain(`run ${RUNS[3]}`);
});

test('a fleet without a past has nothing to clean', () => {
  expect(told({ runs: [], releases: [], keepers: [], tags: {} })).toEqual([]);
});
