import { type PutTools, putImages } from '../../backup/put-images.ts';
import { putVolumes } from '../../backup/put-volumes.ts';
import { readBackupRelease } from '../../backup/read-release.ts';
import type { RestorePlan } from '../../backup/restore-plan.ts';
import { stillHalf } from '../../backup/stopped.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { err, ok } from '../../model/result.ts';
import { NO_OPTIONS } from '../../plan/options.ts';
import type { PlanOptions } from '../../plan/types.ts';
import { writeRelease } from '../../release/store.ts';
import type { Planner } from '../planner.ts';
import { keyPlace } from '../releases/stored-before.ts';
import { planRollbackRun } from '../rollback/rollback-planner.ts';
import { engineDiagnostic } from '../stock.ts';
import { asProblem } from './problem.ts';
import type { RestoreDeps, RestoreRequest } from './restore-types.ts';

/**
 * A restore as a run: images and volumes are put back before it is planned, then the services go to the backup's release like in a rollback.
 * The plan was shown and agreed to.
 */
export function restorePlanner(plan: RestorePlan, request: RestoreRequest, restoring: RestoreDeps): Planner {
  return {
    command: 'restore',
    check: async () => ok({ options: restoreOptions(plan, request), moved: () => [] }),
    prepare: async (world, { disk, engine, configHome }) => {
      const { folder, root } = request;
      const { archive, clock, report, stop } = restoring;
      const tools: PutTools = { folder, archive, clock, report, signal: stop.draining };
      try {
        const place = { root, disk, engine };
        const half = await stillHalf(
          place,
          plan.volumes.map(({ name }) => name),
        );
        if (half) return err([half]);
        await archive.clearHelpers(plan.record.projects.map((p) => p.name));
        if (plan.load.length > 0) await putImages(tools);
        const tagged = await putTags(plan, engine);
        if (tagged) return err([tagged]);
        await putVolumes(plan, place, tools);
        const release = await readBackupRelease(folder, plan.record, root);
        if (!release.ok) return err([release.error]);
        const written = await writeRelease(disk, root, keyPlace(world.fleet, configHome), release.value);
        return written.ok ? ok(world) : err([written.error]);
      } catch (error) {
        return err([stop.draining.aborted ? interrupted() : asProblem(error, 'restore the backup', folder)]);
      }
    },
    plan: planRollbackRun,
  };
}

/** Options under which every service of the backup, or the named ones, go to its release. */
function restoreOptions({ record }: RestorePlan, { wish, load }: RestoreRequest): PlanOptions {
  return {
    ...NO_OPTIONS,
    services: wish.services,
    profiles: load.profiles,
    rollback: { to: record.backup, all: wish.services.length === 0, targets: {} },
  };
}

/**
 * Moves the tags of services that no step puts in place: those that run the image already, jobs, and what did not run. The others move inside
 * of their replace and not before (traps T1).
 */
async function putTags(plan: RestorePlan, engine: RestoreDeps['engine']): Promise<Diagnostic | null> {
  const replaced = plan.services.filter(({ from, to }) => from !== to && from !== null);
  const later = new Set(replaced.map(({ service }) => plan.record.services[service]!.tag));
  for (const { tag, image } of plan.tags.filter((one) => !later.has(one.tag))) {
    const moved = await engine.tag(image, tag);
    if (!moved.ok) return engineDiagnostic(moved.error);
  }
  return null;
}

function interrupted(): Diagnostic {
  const message = 'Interrupted before the services were put in place';
  return { code: 'interrupted', severity: 'error', message, remedy: 'run the same restore again' };
}
