import { EngineUnavailable } from '../docker/port.ts';
import type { ImageId } from '../model/ids.ts';
import { type PutTools, sendFile } from './put-images.ts';
import { requireUnused } from './quiet.ts';
import type { RestorePlan } from './restore-plan.ts';
import { type StoppedPlace, stopForVolumes, volumesBegun, volumesWhole } from './stopped.ts';

/**
 * Makes the volumes hold exactly what the backup has of them. Their users are stopped first and stay so: who puts services in place starts
 * them. Cut off in between, nobody is started on half a volume before this was done again. Throws what the disk or the engine throws.
 */
export async function putVolumes(plan: RestorePlan, place: StoppedPlace, tools: PutTools): Promise<void> {
  if (plan.volumes.length === 0) return;
  const users = plan.groups.flatMap((group) => group.users);
  const volumes = plan.volumes.map((v) => v.name);
  const { record } = plan;
  await stopForVolumes(place, { why: `The restore of ${record.backup}`, users });
  for (const volume of volumes) await requireUnused(volume, tools.archive, place.engine);
  await volumesBegun(place, volumes);
  if (users.length > 0) tools.report({ type: 'services-stopped', services: [...new Set(users.map((u) => u.service))], volumes });
  for (const volume of plan.volumes)
    await putVolume(volume, { image: record.images[0]!.id, project: record.projects[0]!.name, plan }, tools);
  await volumesWhole(place);
}

async function putVolume(
  volume: RestorePlan['volumes'][number],
  { image, project, plan }: { readonly image: ImageId; readonly project: string; readonly plan: RestorePlan },
  tools: PutTools,
): Promise<void> {
  const { name, driver, labels, options, tar } = volume;
  const made = await tools.archive.createVolume({ name, driver, labels, options });
  if (!made.ok) throw new EngineUnavailable(made.error);
  const opening = { volume: name, image, run: plan.record.backup, project };
  await tools.archive.withVolume(opening, async (open) => {
    const emptied = await open.empty();
    if (!emptied.ok) throw new EngineUnavailable({ ...emptied.error, message: `${name}: ${emptied.error.message}` });
    await sendFile(tar, tools, (content) => open.write(content, tools.signal));
  });
}
