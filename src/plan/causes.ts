import { shortId } from '../model/ids.ts';
import type { Standing } from './standing.ts';
import type { Cause, CauseCode, PlanOptions } from './types.ts';

/** One question: does this cause apply, and in which words? */
type Question = (standing: Standing, options: PlanOptions) => Cause | null;

/** What a cause asks for. The build is left out for an image-only service whose tag is there. */
export const DEMANDS: Readonly<
  Record<CauseCode, { readonly build: boolean; readonly test: boolean; readonly replace: boolean }>
> = {
  'never-built': { build: true, test: true, replace: true },
  'failed-before': { build: true, test: true, replace: true },
  'rolled-back': { build: true, test: true, replace: true },
  'inputs-changed': { build: true, test: true, replace: true },
  'base-changed': { build: true, test: true, replace: true },
  'config-changed': { build: false, test: false, replace: true },
  forced: { build: true, test: true, replace: true },
  'no-cache': { build: true, test: true, replace: true },
  untested: { build: false, test: true, replace: false },
  'dependency-down': { build: false, test: false, replace: true },
  'dependent-of': { build: false, test: false, replace: true },
  unchanged: { build: false, test: false, replace: false },
};

/**
 * The questions in the order in which they are asked; the first that applies names the service's cause. First what was never or not well
 * finished, then what differs, then what the operator asked for on top: with `--force` the plan still says what had changed anyway.
 */
const QUESTIONS: readonly Question[] = [
  neverBuilt,
  failedBefore,
  rolledBack,
  inputsChanged,
  baseChanged,
  configChanged,
  forced,
  noCache,
  untested,
];

/** Every cause that applies, the naming one first; empty = unchanged. */
export function causesOf(standing: Standing, options: PlanOptions): Cause[] {
  const causes = QUESTIONS.map((ask) => ask(standing, options)).filter((cause) => cause !== null);
  if (standing.succeededOn === null || standing.named) return causes;
  // A finished one-shot would run again (traps T7): only another image is a reason for that.
  const sameImage = standing.service.build === null && standing.succeededOn === standing.tagImage;
  return causes.filter((c) => (sameImage ? !DEMANDS[c.code].replace : c.code !== 'config-changed' && c.code !== 'forced'));
}

/** Nothing is recorded, or nothing of it is there. */
function neverBuilt(s: Standing): Cause | null {
  if (s.containers.length === 0 && s.tagImage === null) return because('never-built', 'it has no container and no image');
  if (s.record?.completed || s.record?.status === 'failed' || s.record?.status === 'rolled-back') return null;
  return because('never-built', 'no run has completed it yet');
}

/** The last run that reached it ended badly. */
function failedBefore(s: Standing): Cause | null {
  if (s.record?.status !== 'failed') return null;
  return because('failed-before', `it failed in run ${s.record.run}${s.record.code ? ` (${s.record.code})` : ''}`);
}

/** An older release was put back since it was last built. */
function rolledBack(s: Standing): Cause | null {
  return s.record?.status === 'rolled-back' ? because('rolled-back', `it was rolled back in run ${s.record.run}`) : null;
}

/** What it is made from, or what runs, is not what the record says. Unknown inputs count as changed: BuildKit is the judge (traps T8). */
function inputsChanged(s: Standing, options: PlanOptions): Cause | null {
  const text = s.service.build === null ? imageMoved(s, options) : inputsMoved(s);
  return text === null ? null : because('inputs-changed', text);
}

function inputsMoved(s: Standing): string | null {
  const { inputs, unknown } = s.fingerprint;
  if (inputs === null) return `its inputs cannot be known: ${unknown ?? 'no reason given'}`;
  if (!s.record?.completed) return null;
  if (s.record.completed.inputs !== inputs) return 'its inputs differ from those of the last completed run';
  if (s.mixed) return 'its containers run different images';
  const placed = s.image ?? s.succeededOn ?? s.tagImage;
  if (placed === s.record.completed.image) return null;
  const image = placed === null ? 'no known image' : shortId(placed);
  return `it ${s.containers.length > 0 ? 'runs' : 'has'} ${image}, not the recorded ${shortId(s.record.completed.image)}`;
}

/** An image-only service is what its tag points to. */
function imageMoved(s: Standing, options: PlanOptions): string | null {
  if (s.tagImage === null) return `${s.service.image} is not on the engine yet`;
  if (s.mixed) return 'its containers run different images';
  const placed = s.image ?? s.succeededOn;
  if (placed !== null && placed !== s.tagImage)
    return `${s.service.image} is now ${shortId(s.tagImage)}, it runs ${shortId(placed)}`;
  return pullCanMove(s, options) ? `--pull: ${s.service.image} may have moved in its registry` : null;
}

/** Whether `--pull` asks a registry for this service's own image: not for a built one, one fixed by digest, or one that may not be pulled. */
export function pullCanMove(s: Standing, options: PlanOptions): boolean {
  const { build, image, compose } = s.service;
  return options.pull && build === null && s.builtBy === null && !image.includes('@sha256:') && compose.pull_policy !== 'never';
}

/** A base image is another one now, or may be after `--pull`. */
function baseChanged(s: Standing, options: PlanOptions): Cause | null {
  const { bases } = s.fingerprint;
  if (s.service.build === null || !s.record?.completed) return null;
  const recorded = new Map(s.record.completed.bases.map((b) => [b.ref, b.image]));
  const moved = bases.find((b) => recorded.has(b.ref) && recorded.get(b.ref) !== b.image);
  if (moved?.image) return because('base-changed', `${moved.ref} is now ${shortId(moved.image)}`);
  if (moved) return because('base-changed', `${moved.ref} is no longer on the engine`);
  const floating = bases.filter((b) => !b.ref.includes('@sha256:')).map((b) => b.ref);
  if (!options.pull || floating.length === 0) return null;
  return because('base-changed', `--pull: ${floating.join(', ')} may have moved`);
}

/** Only the container is not as it should be: its configuration, its presence, or what its tag points to. */
function configChanged(s: Standing): Cause | null {
  const text = configMoved(s);
  return text === null ? null : because('config-changed', text);
}

function configMoved(s: Standing): string | null {
  const completed = s.record?.completed;
  if (!completed) return null;
  if (s.succeededOn === null && s.containers.length === 0 && s.service.scale > 0) return 'its container is gone';
  if (completed.config !== s.fingerprint.config) return 'its configuration differs from that of the last completed run';
  if (!s.up) return notRunning(s);
  if (s.image === null || s.image === s.tagImage || s.service.build === null) return null;
  // Any plain `up` would deploy what the tag points to (traps T1); putting the tag back restarts nothing.
  return s.tagImage === null
    ? `its tag ${s.service.image} is gone`
    : `its tag ${s.service.image} was moved to ${shortId(s.tagImage)}`;
}

function notRunning(s: Standing): string {
  if (s.running > 0) return `only ${s.running} of ${s.service.scale} containers run`;
  const [last] = s.containers;
  const how =
    last?.state === 'exited' || last?.state === 'dead' ? `${last.state} with code ${last.exitCode}` : (last?.state ?? 'gone');
  return s.service.kind === 'one-shot' ? `the job has not succeeded (${how})` : `its container is not running (${how})`;
}

/** `--force`, or a finished one-shot that was named. */
function forced(s: Standing, options: PlanOptions): Cause | null {
  if (options.force) return because('forced', '--force replaces what is unchanged too');
  return s.named && s.succeededOn !== null ? because('forced', 'it was named, so the finished job runs again') : null;
}

/** `--no-cache`; an image-only service has nothing to build. */
function noCache(s: Standing, options: PlanOptions): Cause | null {
  return options.noCache && s.service.build !== null ? because('no-cache', '--no-cache builds everything anew') : null;
}

/** What runs was put in place with tests skipped, and now there are tests to run. */
function untested(s: Standing, options: PlanOptions): Cause | null {
  if (options.skipTests || s.service.test.command === null || s.record?.tested !== 'untested') return null;
  if (s.record.status !== 'completed' || (s.image ?? s.succeededOn) === null) return null;
  return because('untested', 'what runs was put in place without its tests');
}

/** Why a selected service is left alone. */
export function unchanged(s: Standing): Cause {
  if (s.succeededOn !== null) return because('unchanged', 'one-shot already succeeded on this image; name it to run it again');
  if (s.service.build === null) return because('unchanged', 'its image and configuration are those of the last completed run');
  return because('unchanged', 'same inputs, bases and configuration as in the last completed run');
}

/** A cause with its words. */
export function because(code: CauseCode, text: string): Cause {
  return { code, text };
}
