import type { Service } from '../fleet/types.ts';
import type { ImageId, ServiceKey } from '../model/ids.ts';
import { because, causesOf, DEMANDS, pullCanMove, unchanged } from './causes.ts';
import { stillBuilt, unjudgedWork } from './resumed.ts';
import type { Achieved, Standing } from './standing.ts';
import type { Cause, Guard, PlanOptions, ReplaceAction } from './types.ts';

/** What one service gets, before it is put in order with the others. A part that is null is not done. */
export interface Work {
  readonly service: Service;
  readonly standing: Standing;
  /** The service's cause: the first of all that apply. */
  readonly cause: Cause;
  readonly backup: Cause | null;
  readonly build: { readonly cause: Cause; readonly pull: boolean } | null;
  readonly test: { readonly cause: Cause; readonly guard: Guard | null } | null;
  readonly replace: Replacement | null;
  readonly verify: { readonly cause: Cause; readonly guard: Guard | null } | null;
  /** The image that is tested and put in place when nothing is built. */
  readonly image: ImageId | null;
}

interface Replacement {
  readonly cause: Cause;
  readonly guard: Guard | null;
  readonly action: ReplaceAction;
  /** Services whose replacement is what the guard waits for. */
  readonly follows: readonly ServiceKey[];
}

/** The work that a selected service's own causes ask for; its reason when it is left alone. */
export function workOf(standing: Standing, options: PlanOptions): Work | Cause {
  const causes = causesOf(standing, options);
  const [cause] = causes;
  return cause ? workFor(standing, causes as [Cause, ...Cause[]], options) : unchanged(standing);
}

/** The work for causes that apply, the naming one first. */
export function workFor(standing: Standing, causes: readonly [Cause, ...Cause[]], options: PlanOptions): Work {
  const { service } = standing;
  const buildCause = causes.find((c) => DEMANDS[c.code].build) ?? null;
  const missing = standing.tagImage === null && (standing.image === null || service.build === null);
  const builds = service.build !== null ? buildCause !== null || missing : missing || pullCanMove(standing, options);
  const testCause = builds ? (buildCause ?? causes[0]) : (causes.find((c) => DEMANDS[c.code].test) ?? null);
  const replacement = replacementOf(standing, causes, builds);
  const tests = !options.skipTests && service.test.command !== null;
  return {
    service,
    standing,
    cause: causes[0],
    backup: replacement && standing.image !== null ? because(causes[0].code, 'keeps the image that runs now') : null,
    build: builds ? { cause: buildCause ?? causes[0], pull: service.build === null && standing.builtBy === null } : null,
    test: tests && testCause ? { cause: testCause, guard: testGuard(standing, replacement, builds) } : null,
    replace: replacement,
    verify: replacement && { cause: replacement.cause, guard: null },
    image: builds ? null : imageInPlan(standing),
  };
}

/** What is tested or put in place when nothing is built: a built service's own image even if its tag was moved, else what the tag says. */
function imageInPlan(s: Standing): ImageId | null {
  if (s.service.build === null) return s.tagImage;
  return s.image ?? s.succeededOn ?? s.tagImage;
}

function replacementOf(s: Standing, causes: readonly Cause[], builds: boolean): Replacement | null {
  const wanted = causes.filter((c) => DEMANDS[c.code].replace);
  const [first] = wanted;
  if (!first) return null;
  const forced = wanted.find((c) => c.code === 'forced');
  const config = wanted.find((c) => c.code === 'config-changed');
  // A finished one-shot runs again for another image only, unless it was named (traps T7).
  const guarded = builds && (s.succeededOn !== null ? !forced : s.up && s.image !== null && s.asRecorded && !forced && !config);
  const failedInPlace = causes.some((c) => c.code === 'failed-before') && s.image !== null && !s.asRecorded;
  return {
    cause: config ?? first,
    guard: guarded ? 'image-differs' : null,
    // What failed in place, unlike what merely differs, is not mended by an `up` that finds nothing to change.
    action: (forced || failedInPlace) && s.containers.length > 0 ? 'recreate' : 'up',
    follows: [],
  };
}

/** An image that is in place and was tested need not be tested again. */
function testGuard(s: Standing, replacement: Replacement | null, builds: boolean): Guard | null {
  if (!builds || replacement?.guard !== 'image-differs') return null;
  return s.asRecorded && s.record?.tested !== 'untested' ? 'image-differs' : null;
}

/** The work without what the run that is continued has already achieved, with the facts in place of the guards. */
export function workLeft(work: Work, achieved: Achieved | null): Work {
  if (!achieved) return work;
  const { standing } = work;
  const backup = achieved.backedUp ? null : work.backup;
  const { built } = achieved;
  const stale = built !== undefined && work.service.build !== null && !stillBuilt(standing, built.inputs);
  if (stale && work.build) {
    const cause = because('inputs-changed', 'its inputs changed since this run built it');
    return { ...work, backup, cause, build: { ...work.build, cause } };
  }
  const unjudged = unjudgedWork(standing, achieved);
  if (unjudged) return unjudged;
  if (!built || !work.build) {
    // It gets what this run has built for it, or for its tag, even where the tag has not moved yet.
    const counts = built && work.image !== null && (work.service.build === null || stillBuilt(standing, built.inputs));
    const image = counts ? built.image : work.image;
    return withoutTest({ ...work, backup, image }, achieved);
  }
  const same = !standing.mixed && built.image === (standing.image ?? standing.succeededOn);
  const settle = <T extends { readonly guard: Guard | null }>(part: T | null): T | null =>
    part?.guard === 'image-differs' ? (same ? null : { ...part, guard: null }) : part;
  const replace = settle(work.replace);
  const rest = { ...work, backup: replace && backup, build: null, test: settle(work.test), replace, image: built.image };
  return withoutTest(rest, achieved);
}

function withoutTest(work: Work, achieved: Achieved): Work {
  return work.image !== null && work.image === achieved.testedImage ? { ...work, test: null } : work;
}
