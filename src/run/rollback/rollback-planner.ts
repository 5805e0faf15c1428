import type { Diagnostic } from '../../model/diagnostic.ts';
import type { RunId, ServiceKey } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { compareDecisions } from '../../plan/diff.ts';
import { planRollback } from '../../plan/rollback.ts';
import { checkAsked, chooseTargets } from '../../plan/rollback-targets.ts';
import type { FoundTarget, RollbackInput, RollbackProgress, Target } from '../../plan/rollback-types.ts';
import { selectServices } from '../../plan/selection.ts';
import type { Plan } from '../../plan/types.ts';
import { mapBounded } from '../../util/bounded.ts';
import { endedWell } from '../executor/board.ts';
import type { MakePlan, Planner, Resumed, Scene } from '../planner.ts';
import type { RollbackRequest } from '../rebuild-types.ts';
import { replacedSoFar } from '../recovery/resume.ts';
import { changedFiles, openReleases, type PastFleet, pastFleet, phaseReleases } from './past-fleet.ts';
import type { StoredForms } from './stored-forms.ts';

/** A manual rollback as a run. */
export function rollbackPlanner({ options, agreed }: RollbackRequest): Planner {
  return {
    command: 'rollback',
    check: async ({ fleet }, deps) => {
      const { releases } = await phaseReleases(fleet, deps.disk);
      const asked = checkAsked({ fleet, options, releases, progress: null });
      return asked.ok ? ok({ options, moved: (plan) => (agreed === null ? [] : compareDecisions(agreed, plan)) }) : asked;
    },
    plan: planRollbackRun,
  };
}

/** Plans a rollback to releases of this fleet, or what is left of one; a restore puts services in place by the same plan. */
export const planRollbackRun: MakePlan = async (scene) => {
  const { world, stock, options, resumed } = scene;
  const known = await pastFleet(scene);
  if (!known.ok) return err([known.error]);
  const past = known.value;
  const input: RollbackInput = {
    fleet: world.fleet,
    ...stock,
    options,
    diagnostics: [...world.diagnostics, ...past.diagnostics],
    releases: past.releases,
    present: past.present,
    progress: resumed && progressOf(scene, resumed),
  };
  const choice = chooseTargets(input);
  if (!choice.ok) return choice;
  const wanted = new Set([...choice.value.targets.values()].map((target) => target.release));
  const own = [...past.present.values()].flatMap(({ release }) => (release === null ? [] : [release]));
  const forms = await openReleases(scene, { needed: [...wanted], wished: own });
  if (!forms.ok) return forms;
  const found = await lookUp(scene, { targets: choice.value.targets, forms: forms.value, past });
  if (!found.ok) return found;
  const observed = await observeAs(scene, found.value);
  const plan = planRollback({ ...input, observed }, choice.value, found.value);
  if (!plan.ok) return plan;
  const diagnostics = [...plan.value.diagnostics, ...driftOf(plan.value, past)];
  return ok({ plan: { ...plan.value, diagnostics }, forms: forms.value });
};

/** What runs with settings that are on no disk: the run records them as a release of their own first. */
function driftOf({ services }: Plan, { drift }: PastFleet): Diagnostic[] {
  return services.flatMap(({ service }) => {
    const what = drift.get(service);
    if (what === undefined) return [];
    return [{ code: 'drift', severity: 'warning', service, message: `${service}: ${what}` } satisfies Diagnostic];
  });
}

/** Images asked for at once. */
const LOOKUPS_AT_ONCE = 16;

interface Chosen {
  readonly targets: ReadonlyMap<ServiceKey, Target>;
  readonly forms: StoredForms;
  readonly past: PastFleet;
}

/** What the plan has to know of each target: its form then, whether its image is there, which of its files are others now. */
async function lookUp(
  { world, sources }: Scene,
  { targets, forms, past }: Chosen,
): Promise<Result<ReadonlyMap<ServiceKey, FoundTarget>, readonly Diagnostic[]>> {
  const problems: Diagnostic[] = [];
  const images = [...new Set([...targets.values()].map((target) => target.image))];
  const there = new Set(
    (await mapBounded(images, LOOKUPS_AT_ONCE, async (image) => ((await sources.engine.image(image)) ? image : null))).filter(
      Boolean,
    ),
  );
  const found = new Map<ServiceKey, FoundTarget>();
  for (const [key, target] of targets) {
    const service = world.fleet.services.find((s) => s.key === key)!;
    const form = forms.of(service, target.release);
    if (!form) problems.push(notInModel(key, target.release));
    else {
      const files = past.files(target.release, key);
      const imageIs = there.has(target.image) ? 'there' : 'gone';
      found.set(key, { ...target, as: form.service, imageIs, changedFiles: await changedFiles(sources.source, files) });
    }
  }
  return problems.length > 0 ? err(problems) : ok(found);
}

function notInModel(service: ServiceKey, release: RunId): Diagnostic {
  return {
    code: 'release-unreadable',
    severity: 'error',
    service,
    message: `${service} cannot go back: release ${release} has no configuration of it`,
    remedy: 'choose another release with --to',
  };
}

/** Whether an anonymous volume is carried over depends on the configuration of then: so the containers are looked at with that one. */
async function observeAs(
  { stock, sources }: Scene,
  found: ReadonlyMap<ServiceKey, FoundTarget>,
): Promise<RollbackInput['observed']> {
  const { observed } = stock;
  const unsure = [...found].filter(([key]) => observed.services[key]?.containers.some((c) => c.anonymousVolumes));
  if (unsure.length === 0) return observed;
  const seen = await sources.engine.observe(unsure.map(([, { as }]) => as));
  if (!seen.ok) return observed;
  const services = unsure.map(([key]) => {
    const containers = seen.value.services[key]?.containers ?? [];
    return [key, { ...observed.services[key]!, containers }] as const;
  });
  return { ...observed, services: { ...observed.services, ...Object.fromEntries(services) } };
}

/** What the run has done so far, and the names that narrow this part of it. */
function progressOf({ world }: Scene, { state, replaced, changes }: Resumed): RollbackProgress {
  const services = [...state.services.values()];
  const settled = services.filter(
    ({ lastSettled, phase }) =>
      lastSettled !== null && endedWell(lastSettled) && (phase.kind === 'settled' || phase.kind === 'waiting'),
  );
  const { services: names, categories } = changes;
  const narrowed = names.length + categories.length > 0 ? selectServices(world.fleet, { services: names, categories }) : null;
  return {
    only: narrowed ? (narrowed.ok ? [...narrowed.value.chosen] : names) : null,
    settled: new Set(settled.map((s) => s.service)),
    backedUp: new Set(services.filter((s) => s.facts.backup !== null).map((s) => s.service)),
    putBack: new Set(services.filter((s) => s.facts.rollback !== null).map((s) => s.service)),
    replaced: replacedSoFar(state, replaced),
  };
}
