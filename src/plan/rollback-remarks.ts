import type { Diagnostic } from '../model/diagnostic.ts';
import { type ServiceKey, shortId } from '../model/ids.ts';
import type { Works } from './rollback-members.ts';
import { removedService, rollbackOptions } from './rollback-targets.ts';
import type { FoundTarget, RollbackInput } from './rollback-types.ts';
import { droppedVolumes } from './volumes.ts';

type Found = ReadonlyMap<ServiceKey, FoundTarget>;

/** An error for each target whose image is not on the engine any more. */
export function goneImages(found: Found): Diagnostic[] {
  return [...found]
    .filter(([, { imageIs }]) => imageIs === 'gone')
    .map(([key, { release, image, as }]) => ({
      code: 'image-gone',
      severity: 'error',
      service: key,
      message: `${key} cannot go back to release ${release}: its image ${shortId(image)} is not on the engine any more`,
      ...as.place,
      remedy: 'choose another release with --to, restore a backup, or rebuild it; nothing was touched',
    }));
}

/** What the operator has to know before anything goes back. */
export function rollbackRemarks(input: RollbackInput, found: Found, works: Works): Diagnostic[] {
  const recreated = [...works.values()].filter(({ doing }) => doing.kind === 'go-back' || doing.kind === 'replace');
  return [
    ...removed(input),
    ...[...found].flatMap(([key, target]) => remarksOf(key, target)),
    ...changedByHand(input, works),
    ...droppedVolumes(
      recreated
        .filter(({ doing }) => doing.kind !== 'replace' || doing.action === 'recreate')
        .map(({ service, standing }) => ({ service, containers: standing.containers })),
    ),
  ];
}

/** Of a whole fleet's rollback: services that its release has and the Compose files have no more. */
function removed(input: RollbackInput): Diagnostic[] {
  const { all, to } = rollbackOptions(input);
  const release = to === null ? input.releases[0] : input.releases.find((r) => r.release === to);
  if (!all || !release || input.progress) return [];
  const present = new Set(input.fleet.services.map((s) => s.key));
  return Object.keys(release.services)
    .filter((key) => !present.has(key) && release.services[key]!.image !== null)
    .map((key) => removedService(release, key));
}

function remarksOf(key: ServiceKey, { release, past, as, changedFiles }: FoundTarget): Diagnostic[] {
  const remarks: Diagnostic[] = [];
  const warn = (code: string, message: string, remedy: string) =>
    remarks.push({ code, severity: 'warning', service: key, message, ...as.place, remedy });
  if (!past.healthy)
    warn('was-not-well', `${key} did not run well in release ${release}`, 'choose another release if it need not be this one');
  if (as.kind === 'one-shot')
    warn(
      'job-runs-again',
      `${key} is a job that runs once: going back runs it again, with its old image`,
      'leave it out to keep its work as it is',
    );
  if (changedFiles.length > 0) {
    const files = changedFiles.join(', ');
    warn(
      'file-not-put-back',
      `${key}: files that it reads changed since release ${release} and are not put back: ${files}`,
      'put them back by hand if it needs the old ones',
    );
  }
  return remarks;
}

/** What runs is not what the newest release says: somebody was there in between. */
function changedByHand({ releases: [newest], progress }: RollbackInput, works: Works): Diagnostic[] {
  if (!newest || progress) return [];
  return [...works].flatMap(([key, { standing, service, doing }]) => {
    const said = newest.services[key]?.image;
    if (doing.kind !== 'go-back' || !said || standing.image === null || standing.image === said) return [];
    return {
      code: 'changed-by-hand',
      severity: 'warning' as const,
      service: key,
      message: `${key} runs ${shortId(standing.image)}, not ${shortId(said)} as release ${newest.release} says: it was replaced outside of Slipway`,
      ...service.place,
    };
  });
}
