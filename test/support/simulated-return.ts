import { isDeepStrictEqual } from 'node:util';
import type { Service } from '../../src/fleet/types.ts';
import type { ServiceKey } from '../../src/model/ids.ts';
import { EXIT } from '../../src/model/status.ts';
import type { RollbackOptions } from '../../src/plan/types.ts';
import { listReleases } from '../../src/release/store.ts';
import { endedWell } from '../../src/run/executor/board.ts';
import { type Complain, checkLeftovers, checkLock } from './simulated-checks.ts';
import { Dice } from './simulated-dice.ts';
import { type Chapter, SimulatedMachine } from './simulated-machine.ts';
import { checkOrder } from './simulated-order.ts';
import { CONTINUED, type Crash, QUIET, type Start, storyOf } from './simulated-story.ts';

/** So often a rollback that was cut short is continued without trouble before it has to be over. */
const CONTINUATIONS = 3;

/** What a service runs, by which two moments are compared. */
interface Running {
  readonly images: readonly string[];
  readonly configs: readonly (string | null)[];
  readonly well: boolean;
}

type View = ReadonlyMap<ServiceKey, Running>;

/** How a fleet went there and back; empty problems = all is well. */
export interface Return {
  readonly problems: readonly string[];
  /** It came to a rollback: the fleet could be brought up and changed first. */
  readonly went: boolean;
}

/** The way of one fleet. */
interface Journey {
  readonly machine: SimulatedMachine;
  readonly services: readonly Service[];
  /** As it was first, and as it was changed. */
  readonly then: View;
  readonly changed: View;
  /** What was to go back; null = all of it. */
  readonly named: ReadonlySet<ServiceKey> | null;
  readonly complain: Complain;
}

/**
 * Brings the fleet of a seed up, changes it, takes it back, mostly with a crash on the way and continuations until it is over, and forward
 * again: each service that goes back is what it was, image and configuration, and nothing else is anything else than it was.
 */
export async function thereAndBack(seed: number): Promise<Return> {
  const problems: string[] = [];
  const complain = (what: string) => void problems.push(what);
  const story = storyOf(seed);
  const dice = new Dice(seed ^ 0x77);
  const { services } = story.fleet;
  const keys = services.map((s) => s.key);
  const machine = new SimulatedMachine({ ...story, running: keys });
  const first = await machine.start(QUIET);
  const then = viewOf(machine);
  // The run's own, or the one that it adopted when it changed nothing.
  const release = (await listReleases(machine.disk, machine.fleet.root)).releases[0]?.release;
  const second = await machine.start({ ...QUIET, edits: dice.some(keys, 70), reconfigures: dice.some(keys, 30) });
  if (!isDone(first) || !isDone(second) || release === undefined) return { problems, went: false };
  const changed = viewOf(machine);
  const movable = services.filter((s) => s.kind !== 'one-shot' && !isSame(then, changed, s.key)).map((s) => s.key);
  const some = dice.chance(40) ? dice.some(movable, 50) : [];
  const named = some.length > 0 ? new Set(some) : null;
  const journey: Journey = { machine, services, then, changed, named, complain };
  const to = dice.chance(70) ? release : null;
  const crash = dice.chance(80) ? crashOf(dice) : null;
  const last = await goBack(journey, { to, all: named === null, targets: {} }, crash);
  checkBack(journey, last, crash);
  if (isDone(last)) await goForward(journey);
  return { problems, went: true };
}

/** Starts the rollback, and goes on with it, or begins it anew when nothing of it was recorded, until it is over. */
async function goBack({ machine, named, complain }: Journey, rollback: RollbackOptions, crash: Crash | null): Promise<Chapter> {
  const asked: Start = { ...QUIET, command: 'rollback', options: { services: [...(named ?? [])], rollback } };
  let last = await machine.start({ ...asked, crash });
  checkOrder(last, complain);
  let begun = hasBegun(last);
  for (let i = 0; i < CONTINUATIONS && !isDone(last); i += 1) {
    last = await machine.start(begun ? CONTINUED : { ...asked, pauseMs: CONTINUED.pauseMs, quiet: true });
    checkOrder(last, complain);
    begun ||= hasBegun(last);
  }
  return last;
}

function checkBack({ machine, services, then, changed, named, complain }: Journey, last: Chapter, crash: Crash | null): void {
  const { result } = last;
  if (!isDone(last)) complain(`the rollback ended so: ${JSON.stringify(result?.kind === 'ran' ? result.state.why : result)}`);
  const now = viewOf(machine);
  for (const { key, kind } of services) {
    const isAsked = named === null ? kind !== 'one-shot' : named.has(key);
    const isAsItWas = isSame(now, changed, key);
    // What runs the tag of a named one goes along.
    if (isAsked ? !isSame(now, then, key) : !(isAsItWas || isSame(now, then, key))) {
      complain(`${key} runs ${text(now, key)}, then ${text(then, key)}, before the rollback ${text(changed, key)}`);
    }
    // The machine's end takes what Compose does not restart with it; what is recorded as done is not done a second time for that.
    if (changed.get(key)!.well && !now.get(key)!.well && crash?.how !== 'power') complain(`${key} does not run well`);
  }
  if (result?.kind !== 'ran') return;
  for (const { service, lastSettled } of result.state.services.values()) {
    if (!lastSettled || !endedWell(lastSettled)) complain(`${service} was settled ${lastSettled?.status}`);
  }
  if (result.exitCode !== EXIT.done) complain(`exit ${result.exitCode}`);
  if (last.outage) return;
  checkLock(machine, last, complain);
  checkLeftovers(machine, complain);
}

/** The next rebuild does again what went back: the sources and the configuration are what they were. */
async function goForward({ machine, services, changed, complain }: Journey): Promise<void> {
  const before = viewOf(machine);
  const forward = await machine.start({ ...QUIET, pauseMs: CONTINUED.pauseMs });
  if (!isDone(forward)) return complain(`forward again: ${JSON.stringify(forward.result)}`);
  const now = viewOf(machine);
  for (const service of services) {
    const { key } = service;
    // What is down is only put up because others need it: with the configuration of now, also when the run is not for it.
    if (!before.get(key)!.well) continue;
    // Of several that build one tag the last build is what the tag names.
    if (services.some((s) => s !== service && (s.image === service.image || contextOf(s) === contextOf(service)))) continue;
    if (!isSame(now, changed, key)) complain(`forward again ${key} runs ${text(now, key)}, not ${text(changed, key)}`);
  }
}

function crashOf(dice: Dice): Crash {
  const how = dice.pick(['kill', 'kill-all', 'power'] as const);
  return { how, when: dice.chance(50) ? { event: dice.between(1, 40) } : { ms: dice.between(100, 60_000) } };
}

function contextOf({ build, image }: Service): string {
  return build?.context ?? image;
}

function viewOf(machine: SimulatedMachine): View {
  return new Map(
    [...machine.look()].map(([key, { images, well, containers }]) => [
      key,
      { images, well, configs: containers.map((c) => c.configHash) },
    ]),
  );
}

function isSame(one: View, other: View, key: ServiceKey): boolean {
  const [a, b] = [one.get(key)!, other.get(key)!];
  return isDeepStrictEqual([a.images, a.configs], [b.images, b.configs]);
}

function text(view: View, key: ServiceKey): string {
  const { images, configs } = view.get(key)!;
  return `${images.join(', ')} with ${configs.join(', ')}`;
}

function isDone({ result }: Chapter): boolean {
  return result?.kind === 'nothing' || (result?.kind === 'ran' && result.state.outcome === 'done');
}

function hasBegun({ events }: Chapter): boolean {
  return events.some((event) => event.type === 'run-started');
}
