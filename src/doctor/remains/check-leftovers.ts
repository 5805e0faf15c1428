import { viewStopped } from '../../backup/stopped.ts';
import { listOrphans } from '../../docker/orphans.ts';
import type { Leftover } from '../../docker/port.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { counted } from '../../util/human.ts';
import type { DoctorCheck, LiveContext } from '../types.ts';
import { FIX } from './fix-remedy.ts';
import { isHeld } from './locks.ts';
import { partsOf } from './look.ts';
import { engineRemains } from './on-engine.ts';
import { type OwnRuns, ownRuns } from './own-runs.ts';

/** What a crash left on the engine: a run without an end, containers of a cut-off replace, helpers, candidate tags, calls still at work. */
export const checkLeftovers: DoctorCheck = {
  name: 'leftovers',
  title: 'Leftovers of a crash',
  rebuild: 'goes-on',
  needs: 'fleet-and-engine',
  run: async (context) => {
    if ((await partsOf(context)).some(isHeld))
      return { seen: 'not told while the lock is held: they may be in use', findings: [] };
    const runs = await ownRuns(context.disk, context.fleet);
    const findings = [
      ...unfinished(runs),
      ...temporaries(context, runs),
      ...(await stopped(context)),
      ...(await orphans(context)),
      ...(await onEngine(context, runs)),
    ];
    return { seen: findings.length === 0 ? 'none' : counted(findings.length, 'finding'), findings };
  },
};

function unfinished({ open, runs }: OwnRuns): readonly Diagnostic[] {
  // A run that failed has come to its end; only one without an end is a crash's.
  const cutOff = open?.state.outcome === 'running' ? open : null;
  if (cutOff === null || runs.length === 0) return [];
  const left = [...cutOff.state.services.values()].filter(({ phase }) => phase.kind !== 'settled').length;
  return [
    {
      code: 'run-cut-off',
      severity: 'warning',
      message: `Run ${cutOff.run} was cut off with ${counted(left, 'service')} not done`,
      remedy: 'slipway rebuild --continue goes on with it; a plain slipway rebuild puts it in order and starts anew',
    },
  ];
}

/** Compose creates a new container under such a name first (traps T4). */
function temporaries({ observed, fleet }: LiveContext, { open }: OwnRuns): readonly Diagnostic[] {
  return fleet.services.flatMap(({ key }) =>
    (observed.services[key]?.containers ?? [])
      .filter(({ temporary }) => temporary)
      .map((container): Diagnostic => {
        const remedy =
          open?.state.outcome === 'running'
            ? 'slipway rebuild --continue puts the service in order first'
            : `when the other container of ${key} is well: docker rm ${container.name}`;
        return {
          code: 'replace-cut-off',
          severity: 'warning',
          service: key,
          message: `A replace of ${key} was cut off: ${container.name} is ${container.state}`,
          remedy,
        };
      }),
  );
}

async function stopped({ disk, root }: LiveContext): Promise<readonly Diagnostic[]> {
  const note = await viewStopped(disk, root);
  if (note === null) return [];
  if (note.halfway.length > 0) {
    return [
      {
        code: 'volume-half-restored',
        severity: 'error',
        message: `${note.why} was cut off while it wrote ${note.halfway.join(', ')}`,
        remedy: 'run the restore again: slipway restore FOLDER --volumes',
      },
    ];
  }
  const message = `${note.why} was cut off while these were stopped for it: ${note.services.join(', ')}`;
  return [{ code: 'services-left-stopped', severity: 'warning', message, remedy: FIX }];
}

async function orphans({ fleet }: LiveContext): Promise<readonly Diagnostic[]> {
  const programs = await listOrphans(fleet.projects.map(({ name }) => name));
  if (programs.length === 0) return [];
  const message = `A Slipway that is gone left ${programs.join(', ')} at work on this fleet`;
  return [{ code: 'orphan-at-work', severity: 'warning', message, remedy: FIX }];
}

async function onEngine({ engine, fleet }: LiveContext, runs: OwnRuns): Promise<readonly Diagnostic[]> {
  const { ours, foreign } = await engineRemains(engine, fleet, runs);
  const isTag = ({ kind }: Leftover) => kind === 'candidate-tag';
  const named = (leftovers: readonly Leftover[]) => ({ evidence: leftovers.map(({ name }) => name).join('\n') });
  const containers = ours.filter((one) => !isTag(one));
  const tags = ours.filter(isTag);
  const findings: Diagnostic[] = [];
  if (containers.length > 0)
    findings.push({
      code: 'leftover-helpers',
      severity: 'warning',
      message: `${counted(containers.length, 'helper container')} of runs that are over`,
      ...named(containers),
      remedy: FIX,
    });
  if (tags.length > 0)
    findings.push({
      code: 'leftover-candidates',
      severity: 'warning',
      message: `${counted(tags.length, 'candidate tag')} of runs that are over`,
      ...named(tags),
      remedy: FIX,
    });
  if (foreign.length > 0)
    findings.push({
      code: 'leftovers-of-others',
      severity: 'info',
      message: `${counted(foreign.length, 'helper container or candidate tag', 'helper containers or candidate tags')} of runs that this folder does not know: another clone’s, or of journals that are gone`,
      ...named(foreign),
      remedy: 'when nobody needs them: docker rm NAME for a container, docker image rm NAME for a tag',
    });
  return findings;
}
