import { properName } from '../../docker/names.ts';
import type { Engine } from '../../docker/port.ts';
import type { Service } from '../../fleet/types.ts';
import type { Before } from '../../journal/events.ts';
import type { ContainerId, ImageId } from '../../model/ids.ts';
import type { ObservedContainer } from '../../plan/types.ts';

/** One repair of what an interrupted or failed replace left. */
export type Repair =
  | { readonly do: 'remove'; readonly container: ContainerId; readonly why: string }
  | { readonly do: 'rename'; readonly container: ContainerId; readonly name: string }
  | { readonly do: 'stop'; readonly container: ContainerId }
  | { readonly do: 'start'; readonly container: ContainerId }
  | { readonly do: 'tag'; readonly image: ImageId };

/** What serves after the repairs: the old containers, the new ones, some of each (scale), or none. */
export interface Recovery {
  readonly serving: 'old' | 'new' | 'mixed' | 'none';
  readonly containers: readonly ContainerId[];
  readonly repairs: readonly Repair[];
}

/** What the replace was to put in place. */
export interface Wanted {
  readonly image: ImageId;
  readonly kind: Service['kind'];
}

/**
 * What to do about a replace that stopped half-way (traps T4). It never begins with `up`. While an old container exists, what was made
 * beside it goes and the old one is started; once the old one is gone, the temporary one is kept, because it holds the anonymous volumes,
 * and gets its proper name. A stop that may be under way is first let come to its end, because the engine finishes it whoever asked for it.
 * A one-shot that was ever started is not started again (traps T7).
 */
export function planRecovery(before: Before, now: readonly ObservedContainer[], wanted: Wanted): Recovery {
  const { serving, keep, beside, between } = halfway(before, now, wanted.image);
  const replaced = new Set(beside.filter((c) => c.temporary).map((c) => properName(c.name)));
  // Compose makes the temporary container first and stops the old one next, which shows as running until it falls.
  const stopping = wanted.kind === 'one-shot' ? [] : keep.filter((c) => isUp(c) && replaced.has(c.name));
  const down = keep.filter((c) => (wanted.kind === 'one-shot' ? c.state === 'created' : !isUp(c) || stopping.includes(c)));
  return {
    serving,
    containers: keep.map((c) => c.id),
    repairs: [
      ...stopping.map((c): Repair => ({ do: 'stop', container: c.id })),
      ...beside.map(removeBeside),
      ...between,
      ...down.map((c): Repair => ({ do: 'start', container: c.id })),
    ],
  };
}

/** How far it came: who is to serve, who was made beside them and goes, and what else is to be done before anyone is started. */
interface Halfway {
  readonly serving: Recovery['serving'];
  readonly keep: readonly ObservedContainer[];
  readonly beside: readonly ObservedContainer[];
  readonly between: readonly Repair[];
}

function halfway(before: Before, all: readonly ObservedContainer[], wanted: ImageId): Halfway {
  // Somebody is removing it: it will not serve again, and what was made in its place must not go too.
  const now = all.filter((c) => c.state !== 'removing');
  const old = now.filter((c) => before.containers.includes(c.id));
  const temporary = now.filter((c) => c.temporary && !before.containers.includes(c.id));
  const fresh = now.filter((c) => !c.temporary && !before.containers.includes(c.id));
  const sameImage = old.every((c) => c.image === wanted);
  // To be recreated with the same image: as long as they all exist, they are the service.
  if (old.length > 0 && sameImage && old.length === before.containers.length)
    return { serving: 'old', keep: old, beside: temporary, between: [] };
  if (old.length > 0 && before.containers.length === 1) {
    const { tagImage } = before;
    return {
      serving: 'old',
      keep: old,
      beside: [...temporary, ...fresh],
      between: tagImage ? [{ do: 'tag', image: tagImage }] : [],
    };
  }
  const taken = takenOver({ old, temporary, fresh });
  if (taken.serving !== 'old' || !before.tagImage) return taken;
  return { ...taken, between: [{ do: 'tag', image: before.tagImage }] };
}

/** At least one old container is gone: its successor, if only under its temporary name, is the service now. */
function takenOver(found: {
  readonly old: readonly ObservedContainer[];
  readonly temporary: readonly ObservedContainer[];
  readonly fresh: readonly ObservedContainer[];
}): Halfway {
  const names = new Set([...found.old, ...found.fresh].map((c) => c.name));
  const orphaned = found.temporary.filter((c) => !names.has(properName(c.name)));
  const taken = [...found.fresh, ...orphaned];
  const serving = found.old.length > 0 ? (taken.length > 0 ? 'mixed' : 'old') : taken.length > 0 ? 'new' : 'none';
  return {
    serving,
    keep: [...taken, ...found.old],
    beside: found.temporary.filter((c) => names.has(properName(c.name))),
    between: orphaned.map((c): Repair => ({ do: 'rename', container: c.id, name: properName(c.name) })),
  };
}

function isUp(container: ObservedContainer): boolean {
  return container.state === 'running' || container.state === 'restarting';
}

function removeBeside(container: ObservedContainer): Repair {
  const why = `${container.name} was made beside the old container and never took over`;
  return { do: 'remove', container: container.id, why };
}

/** What came of the repairs, in words: all that was tried, and which starts were refused. */
export interface Repairs {
  readonly said: readonly string[];
  readonly notStarted: readonly string[];
  /** Why the engine could not be asked for one of them: then what is half-way stays so. */
  readonly away: string | null;
}

/** Carries the repairs out in order; a failing one does not keep the others from being tried. */
export async function applyRepairs(engine: Engine, service: Service, repairs: readonly Repair[]): Promise<Repairs> {
  const said: string[] = [];
  const notStarted: string[] = [];
  let away: string | null = null;
  for (const repair of repairs) {
    const result = await applyRepair(engine, service, repair);
    said.push(result.ok ? describeRepair(repair) : `${describeRepair(repair)}: ${result.error.message}`);
    if (!result.ok && repair.do === 'start') notStarted.push(result.error.message);
    if (!result.ok && result.error.code === 'no-engine') away = result.error.message;
  }
  return { said, notStarted, away };
}

function applyRepair(engine: Engine, service: Service, repair: Repair) {
  if (repair.do === 'remove') return engine.remove(repair.container);
  if (repair.do === 'rename') return engine.rename(repair.container, repair.name);
  if (repair.do === 'stop') return engine.stop(repair.container);
  if (repair.do === 'start') return engine.start(repair.container);
  return engine.tag(repair.image, service.image);
}

function describeRepair(repair: Repair): string {
  if (repair.do === 'tag') return `moved the tag back to ${repair.image.slice(7, 19)}`;
  const container = repair.container.slice(0, 12);
  if (repair.do === 'remove') return `removed container ${container}: ${repair.why}`;
  if (repair.do === 'stop') return `let the stop of container ${container} come to its end`;
  return repair.do === 'rename' ? `renamed container ${container} to ${repair.name}` : `started container ${container}`;
}
