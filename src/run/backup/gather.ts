import { existsSync } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Estimate, spaceNeeded } from '../../backup/estimate.ts';
import { listFiles } from '../../backup/file-list.ts';
import { type BackupFacts, chosenVolumes, planBackup } from '../../backup/plan.ts';
import { volumeObstacles } from '../../backup/volume-groups.ts';
import { PARTIAL } from '../../backup/write.ts';
import type { EngineArchive, Layer } from '../../docker/archive-port.ts';
import type { ImageInfo } from '../../docker/port.ts';
import type { Fleet, Service } from '../../fleet/types.ts';
import { type Diagnostic, hasErrors } from '../../model/diagnostic.ts';
import { type ImageId, runIdAt } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { selectServices } from '../../plan/selection.ts';
import type { Observed } from '../../plan/types.ts';
import { mapBounded } from '../../util/bounded.ts';
import { isMissing } from '../../util/fs-error.ts';
import { humanBytes } from '../../util/human.ts';
import { engineDiagnostic } from '../stock.ts';
import type { BackupDeps, BackupRequest, PlannedBackup } from './types.ts';

const AT_ONCE = 8;

/** Looks at everything and plans; the error is why no backup can be taken. Nothing is written. */
export async function gather(
  fleet: Fleet,
  request: BackupRequest,
  deps: BackupDeps,
): Promise<Result<PlannedBackup, readonly Diagnostic[]>> {
  const services = selected(fleet, request);
  if (!services.ok) return services;
  const names = [...fleet.settings.backup.volumes, ...request.volumes.names];
  const chosen = chosenVolumes(fleet, services.value, { all: request.volumes.all, names });
  if (chosen.problems.length > 0) return err(chosen.problems);
  const observed = await deps.engine.observe(fleet.services);
  if (!observed.ok) return err([engineDiagnostic(observed.error)]);
  const facts = await factsOf({ fleet, services: services.value, observed: observed.value, volumes: chosen.names }, deps);
  if (!facts.ok) return facts;
  const parent = resolve(fleet.root, request.parent ?? fleet.settings.backup.directory);
  const phase = request.phase ?? fleet.settings.phase;
  const backup = unusedName(parent, `${phase}_${runIdAt(deps.clock.now())}`);
  const plan = planBackup(facts.value, { backup, phase, parent });
  const room = await roomFor(parent, plan.estimate, deps.archive);
  const missing = chosen.names.filter((name) => !plan.volumes.some((v) => v.name === name));
  const diagnostics = [
    ...(Object.keys(plan.services).length === 0 ? [nothingRuns()] : []),
    ...missing.map(noVolume),
    ...volumeObstacles(fleet, facts.value.users),
    ...room.problems,
  ];
  if (hasErrors(diagnostics)) return err(diagnostics);
  return ok({ plan, freeBytes: room.freeBytes, neededBytes: room.neededBytes, diagnostics });
}

/** Two backups in one second, or a clock that was put back. */
function unusedName(parent: string, wanted: string): string {
  const isTaken = (name: string) => existsSync(join(parent, name)) || existsSync(join(parent, `${name}${PARTIAL}`));
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? wanted : `${wanted}_${n}`;
    if (!isTaken(name)) return name;
  }
}

function selected(fleet: Fleet, { services }: BackupRequest): Result<readonly Service[], readonly Diagnostic[]> {
  if (services.length === 0) return ok(fleet.services);
  const chosen = selectServices(fleet, { services, categories: [] });
  return chosen.ok ? ok(fleet.services.filter((s) => chosen.value.chosen.has(s.key))) : chosen;
}

async function factsOf(
  from: {
    readonly fleet: Fleet;
    readonly services: readonly Service[];
    readonly observed: Observed;
    readonly volumes: readonly string[];
  },
  { engine, archive, env }: BackupDeps,
): Promise<Result<BackupFacts, readonly Diagnostic[]>> {
  const { fleet, services, observed } = from;
  const ids = services.flatMap(({ key }) => (observed.services[key]?.containers ?? []).map((c) => ({ key, image: c.image })));
  const images = new Map<ImageId, { readonly info: ImageInfo; readonly layers: readonly Layer[] }>();
  const gone = new Map<ImageId, string>();
  await mapBounded([...new Map(ids.map((one) => [one.image, one])).values()], AT_ONCE, async ({ key, image }) => {
    const [info, layers] = await Promise.all([engine.image(image), archive.layers(image)]);
    if (info && layers) images.set(image, { info, layers });
    else gone.set(image, key);
  });
  if (gone.size > 0) return err([...gone].map(([image, key]) => imageGone(key, image)));
  const volumes = await archive.volumes(from.volumes);
  const users = new Map(await mapBounded(volumes, AT_ONCE, async ({ name }) => [name, await archive.volumeUsers(name)] as const));
  return ok({ fleet, services, observed, images, volumes, users, files: listFiles(fleet, services, env) });
}

interface Found {
  readonly freeBytes: number;
  readonly neededBytes: number;
  readonly problems: readonly Diagnostic[];
}

/** Whether the disks would hold it: that of the backup, and the one where the engine puts images together before it sends them. */
async function roomFor(parent: string, estimate: Estimate, archive: EngineArchive): Promise<Found> {
  const folder = await nearestFolder(parent);
  const spool = await archive.spoolFolder();
  const sameDisk = spool !== null && (await stat(spool)).dev === (await stat(folder)).dev;
  const needed = spaceNeeded(estimate, spool === null ? 'not-known' : sameDisk ? 'same-disk' : 'other-disk');
  const freeBytes = await freeIn(folder);
  const spoolBytes = spool === null ? 0 : await freeIn(spool);
  const twice = sameDisk ? ' (the images twice: the engine puts them together on the same disk first)' : '';
  return {
    freeBytes,
    neededBytes: needed.folderBytes,
    problems: [
      ...(freeBytes < needed.folderBytes ? [diskTooSmall(folder, needed.folderBytes, freeBytes, `the backup${twice}`)] : []),
      ...(spool !== null && spoolBytes < needed.spoolBytes
        ? [diskTooSmall(spool, needed.spoolBytes, spoolBytes, 'the images while the engine puts them together')]
        : []),
    ],
  };
}

async function nearestFolder(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) throw error;
    return nearestFolder(dirname(path));
  }
}

async function freeIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function diskTooSmall(folder: string, needed: number, free: number, what: string): Diagnostic {
  return {
    code: 'disk-too-small',
    severity: 'error',
    message: `The disk of ${folder} has ${humanBytes(free)} free, and ${what} takes about ${humanBytes(needed)}`,
    remedy: 'free some space there, or choose another disk with --dir; fewer services or volumes take less',
  };
}

function nothingRuns(): Diagnostic {
  const message = 'There is nothing to back up: none of these services has a container';
  return { code: 'nothing-to-back-up', severity: 'error', message, remedy: 'start them first, or name others' };
}

function noVolume(name: string): Diagnostic {
  const message = `The volume ${name} does not exist yet, so the backup does not hold it`;
  return { code: 'volume-missing', severity: 'warning', message };
}

function imageGone(service: string, image: ImageId): Diagnostic {
  const message = `${service} runs ${image}, which is not on the engine any more: it cannot be saved`;
  return { code: 'image-gone', severity: 'error', service, message, remedy: `slipway rebuild ${service} makes it a new one` };
}
