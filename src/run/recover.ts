import type { Engine } from '../docker/port.ts';
import type { Service } from '../fleet/types.ts';
import type { Before } from '../journal/events.ts';
import type { ContainerId, ImageId } from '../model/ids.ts';
import type { ObservedContainer } from '../plan/types.ts';

/** One repair of what an interrupted or failed replace left. */
export type Repair =
  | { readonly do: 'remove'; readonly container: ContainerId; readonly why: string }
  | { readonly do: 'rename'; readonly container: ContainerId; readonly name: string }
  | { readonly do: 'start'; readonly container: ContainerId }
  | { readonly do: 'tag'; readonly image: ImageId };

/** What serves after the repairs: the old containers, the new ones, some of each (scale), or none. */
export interface Recovery {
  readonly serving: 'old' | 'new' | 'mixed' | 'none';
  readonly containers: readonly ContainerId[];
  readonly repairs: readonly Repair[];
}

/**
 * What to do about a replace that stopped half-way (traps T4). It never begins with `up`. While an old container exists, what was made
 * beside it goes and the old one is started; once the old one is gone, the temporary one is kept, because it holds the anonymous volumes,
 * and gets its proper name.
 */
export function planRecovery(before: Before, now: readonly ObservedContainer[], wanted: ImageId): Recovery {
  const old = now.filter((c) => before.containers.includes(c.id) && c.image !== wanted);
  const kept = now.filter((c) => before.containers.includes(c.id) && c.image === wanted);
  const temporary = now.filter((c) => c.temporary && !before.containers.includes(c.id));
  const fresh = now.filter((c) => !c.temporary && !before.containers.includes(c.id));
  if (old.length === 0 && before.containers.length > 0 && kept.length === before.containers.length)
    return recoverKept(kept, temporary);
  if (old.length > 0 && before.containers.length === 1) return recoverOld(old, [...temporary, ...fresh], before);
  return recoverNew({ old, temporary, fresh });
}

/** The service's containers were to be recreated with the same image: as long as they exist they are the service. */
function recoverKept(kept: readonly ObservedContainer[], temporary: readonly ObservedContainer[]): Recovery {
  return {
    serving: 'old',
    containers: kept.map((c) => c.id),
    repairs: [...temporary.map(removeTemporary), ...kept.filter(isDown).map(start)],
  };
}

function recoverOld(old: readonly ObservedContainer[], beside: readonly ObservedContainer[], before: Before): Recovery {
  return {
    serving: 'old',
    containers: old.map((c) => c.id),
    repairs: [
      ...beside.map(removeTemporary),
      ...(before.tagImage ? [{ do: 'tag', image: before.tagImage } as const] : []),
      ...old.filter(isDown).map(start),
    ],
  };
}

function recoverNew(found: {
  old: readonly ObservedContainer[];
  temporary: readonly ObservedContainer[];
  fresh: readonly ObservedContainer[];
}): Recovery {
  const names = new Set([...found.old, ...found.fresh].map((c) => c.name));
  const orphaned = found.temporary.filter((c) => !names.has(properName(c.name)));
  const superfluous = found.temporary.filter((c) => names.has(properName(c.name)));
  const serving = [...found.fresh, ...orphaned];
  return {
    serving: serving.length === 0 ? (found.old.length > 0 ? 'old' : 'none') : found.old.length > 0 ? 'mixed' : 'new',
    containers: [...serving, ...found.old].map((c) => c.id),
    repairs: [
      ...superfluous.map(removeTemporary),
      ...orphaned.map((c) => ({ do: 'rename', container: c.id, name: properName(c.name) }) as const),
      ...[...serving, ...found.old].filter(isDown).map(start),
    ],
  };
}

/** The name that Compose was about to give: temporary ones are `<12 hex of the old id>_<name>`. */
export function properName(name: string): string {
  return name.replace(/^[0-9a-f]{12}_/, '');
}

function isDown(container: ObservedContainer): boolean {
  return container.state !== 'running' && container.state !== 'restarting';
}

function start(container: ObservedContainer): Repair {
  return { do: 'start', container: container.id };
}

function removeTemporary(container: ObservedContainer): Repair {
  return {
    do: 'remove',
    container: container.id,
    why: `${container.name} was made beside the old container and never took over`,
  };
}

/** Carries the repairs out in order; a failing one does not keep the others from being tried. Returns what was done, in words. */
export async function applyRepairs(engine: Engine, service: Service, repairs: readonly Repair[]): Promise<readonly string[]> {
  const said: string[] = [];
  for (const repair of repairs) {
    const result = await applyRepair(engine, service, repair);
    said.push(result.ok ? describeRepair(repair) : `${describeRepair(repair)}: ${result.error.message}`);
  }
  return said;
}

function applyRepair(engine: Engine, service: Service, repair: Repair) {
  if (repair.do === 'remove') return engine.remove(repair.container);
  if (repair.do === 'rename') return engine.rename(repair.container, repair.name);
  if (repair.do === 'start') return engine.start(repair.container);
  return engine.tag(repair.image, service.image);
}

function describeRepair(repair: Repair): string {
  if (repair.do === 'tag') return `moved the tag back to ${repair.image.slice(7, 19)}`;
  const container = repair.container.slice(0, 12);
  if (repair.do === 'remove') return `removed container ${container}: ${repair.why}`;
  return repair.do === 'rename' ? `renamed container ${container} to ${repair.name}` : `started container ${container}`;
}
