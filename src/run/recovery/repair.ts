import type { Engine } from '../../docker/port.ts';
import type { Fleet, Service } from '../../fleet/types.ts';
import type { RunState } from '../../journal/projection.ts';
import type { OpenIntent } from '../../journal/service-state.ts';
import type { RunId, ServiceKey } from '../../model/ids.ts';
import type { ObservedContainer } from '../../plan/types.ts';
import type { Record } from '../context.ts';
import type { Replaced } from '../executor/board.ts';
import { applyRepairs, planRecovery } from './recover.ts';

/** What a repair found out about the services that were inside their replace step. */
export interface Repaired {
  /** In place after all, to be judged: its replace needs no second time. */
  readonly replaced: ReadonlyMap<ServiceKey, Replaced>;
  /** Inside a rollback when the record ends: it has to be finished before anything else is done to the service. */
  readonly rollingBack: ReadonlyMap<ServiceKey, OpenIntent>;
}

/** Finishes or undoes what an ended process left half-way in its replace steps (traps T4), and says what it did in the journal. */
export async function repairRun(engine: Engine, fleet: Fleet, state: RunState, record: Record): Promise<Repaired> {
  const replaced = new Map<ServiceKey, Replaced>();
  const rollingBack = new Map<ServiceKey, OpenIntent>();
  for (const { service: key, open } of state.services.values()) {
    const service = fleet.services.find((s) => s.key === key);
    if (!service) continue;
    for (const entry of open) {
      const found = await repairReplace(engine, service, entry, record);
      if (found) replaced.set(key, found);
      await startJudged(engine, service, entry, record);
      if (entry.intent.kind === 'rollback') rollingBack.set(key, entry);
    }
  }
  return { replaced, rollingBack };
}

async function repairReplace(engine: Engine, service: Service, { intent }: OpenIntent, record: Record): Promise<Replaced | null> {
  if (intent.kind !== 'replace' && intent.kind !== 'rollback') return null;
  const observed = await engine.observe([service]);
  if (!observed.ok) throw new EngineLost(observed.error.message);
  const now = observed.value.services[service.key]?.containers ?? [];
  if (intent.kind === 'replace' && intent.action === 'restart') return null;
  const recovery = planRecovery(intent.before, now, { image: intent.image, kind: service.kind });
  // Back then it may have run under another tag: what is moved back is the tag that was moved.
  const { said, notStarted, away } = await applyRepairs(engine, { ...service, image: intent.tag }, recovery.repairs);
  if (away !== null) throw new EngineLost(away);
  const what = `the ${intent.kind} of ${service.key} was cut off (${describe(now)})`;
  const action = [...said, `what serves now: ${notStarted.length > 0 ? 'none' : recovery.serving}`].join('; ');
  await record({ type: 'leftover-repaired', service: service.key, what, action });
  if (recovery.serving !== 'new' || intent.kind === 'rollback') return null;
  return { containers: recovery.containers, image: intent.image, before: intent.before, stoppedAt: null };
}

/** What was being judged and is down now, for the engine was restarted or the host: whether it is any good, only a start can tell. */
async function startJudged(engine: Engine, service: Service, { intent }: OpenIntent, record: Record): Promise<void> {
  if (intent.kind !== 'verify' || service.kind === 'one-shot') return;
  const observed = await engine.observe([service]);
  if (!observed.ok) throw new EngineLost(observed.error.message);
  const now = observed.value.services[service.key]?.containers ?? [];
  const down = now.filter((c) => intent.containers.includes(c.id) && (c.state === 'exited' || c.state === 'created'));
  if (down.length === 0) return;
  const repairs = down.map((c) => ({ do: 'start', container: c.id }) as const);
  const { said, away } = await applyRepairs(engine, service, repairs);
  if (away !== null) throw new EngineLost(away);
  const what = `the verify of ${service.key} was cut off (${describe(now)})`;
  await record({ type: 'leftover-repaired', service: service.key, what, action: said.join('; ') });
}

function describe(containers: readonly ObservedContainer[]): string {
  return containers.length === 0 ? 'no container' : containers.map((c) => `${c.name} ${c.state}`).join(', ');
}

/** Removes helper containers and candidate tags of earlier runs; only what carries our label, and not what `keep` still needs. */
export async function clearLeftovers(engine: Engine, fleet: Fleet, record: Record, keep: RunId | null): Promise<void> {
  for (const leftover of await engine.leftovers(fleet.services)) {
    if (leftover.kind === 'candidate-tag' && leftover.run === keep) continue;
    if (leftover.kind === 'lock-image') continue;
    const cleared = await engine.clear(leftover);
    const action = cleared.ok ? 'removed' : cleared.error.message;
    await record({
      type: 'leftover-repaired',
      service: null,
      what: `${leftover.kind.replace('-', ' ')} ${leftover.name}`,
      action,
    });
  }
}

/** The engine stopped answering while leftovers were looked at: nothing can be started. */
export class EngineLost extends Error {}
