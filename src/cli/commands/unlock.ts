import { createDockerEngine } from '../../docker/engine.ts';
import type { Engine } from '../../docker/port.ts';
import { loadFleet } from '../../fleet/load.ts';
import { locateProject } from '../../fleet/locate.ts';
import { holderText } from '../../journal/holder.ts';
import { viewLockFile } from '../../journal/lock.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import { unlockFleet } from '../../run/lock/unlock.ts';
import { readHostIdentity } from '../../util/host-identity.ts';
import { nodeDisk } from '../../util/node-disk.ts';
import { askYesNo, canAsk } from '../ask.ts';
import type { Call } from '../command.ts';
import { complain } from '../look.ts';
import { loadRequest } from '../options/request.ts';
import type { UNLOCK_FLAGS } from '../options/views.ts';

type UnlockCall = Call<typeof UNLOCK_FLAGS>;

/** `slipway unlock` */
export async function runUnlock(call: UnlockCall): Promise<ExitCode> {
  const { values, world } = call;
  const located = locateProject({ cwd: world.cwd, projectDir: values.projectDir, configFile: values.config });
  if (!located.ok) return refuse(call, [located.error]);
  const { root } = located.value;
  const asked = await engineOf(call);
  const locked = await whatIsLocked(root, asked);
  if (locked === null) {
    world.out.write('Nothing is locked\n');
    return EXIT.done;
  }
  const refusal = await confirm(call, locked);
  if (refusal) return refuse(call, [refusal]);
  const me = await readHostIdentity(world.pid);
  const unlocked = await unlockFleet({ disk: nodeDisk, root, ...asked, me, from: values.force ? 'any' : 'gone' });
  if (!unlocked.ok) {
    const { message, remedy } = unlocked.error;
    return refuse(call, [{ code: 'locked', severity: 'error', message, remedy }]);
  }
  world.out.write(unlocked.value.map((line) => `${line}\n`).join(''));
  return EXIT.done;
}

interface Asked {
  readonly engine: Engine | null;
  readonly projects: readonly string[];
}

/** The lock in a few words; null when there is none. */
async function whatIsLocked(root: string, { engine, projects }: Asked): Promise<string | null> {
  const view = await viewLockFile(nodeDisk, root);
  if (view.kind === 'held') return `the lock of ${holderText(view.holder)}`;
  if (view.kind === 'unreadable') return 'a lock file that names nobody';
  for (const project of projects) if (await engine?.lockHolder(project)) return `the marker of project ${project} on the engine`;
  return null;
}

/** Why it may not be removed: nobody could be asked, or the answer was no. */
async function confirm({ values, world }: UnlockCall, locked: string): Promise<Diagnostic | null> {
  if (values.yes) return null;
  if (!canAsk(world)) {
    const message = `unlock asks before it removes ${locked}, and there is no terminal to ask on`;
    return { code: 'not-confirmed', severity: 'error', message, remedy: 'Give --yes if you are sure' };
  }
  if (await askYesNo(`Remove ${locked}?`, world)) return null;
  return { code: 'not-confirmed', severity: 'error', message: 'The lock was left alone' };
}

/** The engine and the fleet's project names; without either only the lock file is looked at, and that is said. */
async function engineOf({ values, world }: UnlockCall): Promise<Asked> {
  const engine = createDockerEngine(world.env);
  const facts = await engine.facts();
  const loaded = facts.ok ? await loadFleet(loadRequest(values, world.cwd), (project) => engine.render(project)) : null;
  if (loaded?.fleet) return { engine, projects: loaded.fleet.projects.map((p) => p.name) };
  const why = facts.ok ? 'the fleet cannot be loaded' : facts.error.message;
  const message = `Only the lock file is looked at, not the marker on the engine: ${why}`;
  complain(world, [{ code: 'engine-not-asked', severity: 'warning', message }], values);
  return { engine: null, projects: [] };
}

function refuse({ values, world }: UnlockCall, problems: readonly Diagnostic[]): ExitCode {
  complain(world, problems, values);
  return EXIT.couldNotStart;
}
