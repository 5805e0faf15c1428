import { createDockerEngine } from '../../docker/engine.ts';
import type { Engine } from '../../docker/port.ts';
import { loadFleet } from '../../fleet/load.ts';
import { locateProject } from '../../fleet/locate.ts';
import { holderText } from '../../journal/holder.ts';
import { viewLockFile } from '../../journal/lock.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import { unlockFleet } from '../../run/unlock.ts';
import { readHostIdentity } from '../../util/host-identity.ts';
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
  const refusal = await unasked(call, root);
  if (refusal) return refuse(call, [refusal]);
  const { engine, projects } = await engineOf(call);
  const me = await readHostIdentity(world.pid);
  const unlocked = await unlockFleet({ root, engine, projects, me, from: values.force ? 'any' : 'gone' });
  if (!unlocked.ok) {
    const { message, remedy } = unlocked.error;
    return refuse(call, [{ code: 'locked', severity: 'error', message, remedy }]);
  }
  const lines = unlocked.value.length === 0 ? ['Nothing was locked'] : unlocked.value;
  world.out.write(lines.map((line) => `${line}\n`).join(''));
  return EXIT.done;
}

/** Why it may not be removed: nobody could be asked, or the answer was no. */
async function unasked({ values, world }: UnlockCall, root: string): Promise<Diagnostic | null> {
  if (values.yes) return null;
  if (!canAsk(world)) {
    const message = 'unlock asks before it removes a lock, and there is no terminal to ask on';
    return { code: 'not-confirmed', severity: 'error', message, remedy: 'Give --yes if you are sure' };
  }
  const view = await viewLockFile(root);
  const whose = view.kind === 'held' ? ` of ${holderText(view.holder)}` : '';
  if (await askYesNo(`Remove the lock${whose}?`, world)) return null;
  return { code: 'not-confirmed', severity: 'error', message: 'the lock was left alone' };
}

/** The engine and the fleet's project names; without either only the lock file is looked at, and that is said. */
async function engineOf({ values, world }: UnlockCall): Promise<{ engine: Engine | null; projects: readonly string[] }> {
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
