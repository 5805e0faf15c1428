import type { Behaviour } from '../../src/docker/simulated/behaviour.ts';
import type { ComposeStage, Fault } from '../../src/docker/simulated/faults.ts';
import type { Fleet } from '../../src/fleet/types.ts';
import type { ControlAction } from '../../src/journal/events.ts';
import type { ServiceKey } from '../../src/model/ids.ts';
import type { PlanOptions } from '../../src/plan/types.ts';
import { Dice } from './simulated-dice.ts';
import { simulatedFleet } from './simulated-fleet.ts';
import type { DyingWrite } from './simulated-trouble.ts';

/** How a Slipway process comes to its end before it is done. `kill`: only itself, `kill-all`: its children too, `power`: the machine. */
export interface Crash {
  readonly how: 'kill' | 'kill-all' | 'power';
  /**
   * Right after the n-th event that the process writes, so long after it began, in the middle of a write to the disk, or of the append
   * to the journal that goes beyond so many bytes.
   */
  readonly when:
    | { readonly event: number }
    | { readonly ms: number }
    | { readonly write: DyingWrite }
    | { readonly journalBytes: number };
}

/** A signal from the operator, so long after the process began. */
interface Signal {
  readonly ms: number;
  readonly level: 'draining' | 'interrupting' | 'killing';
}

/** What another process asks of the run, so long after Slipway began; before the run is live nobody hears it. */
interface Asked {
  readonly ms: number;
  readonly action: ControlAction;
}

/** One start of Slipway, and what happens before and during it. */
export interface Start {
  readonly pauseMs: number;
  /** Whatever was to happen is over before it: nothing goes wrong any more that is not said. */
  readonly quiet: boolean;
  /** Services whose sources somebody edits first, and those whose configuration. */
  readonly edits: readonly ServiceKey[];
  readonly reconfigures: readonly ServiceKey[];
  readonly faults: readonly Fault[];
  /** `rollback`: what goes back is in the options. */
  readonly command: 'rebuild' | 'continue' | 'rollback';
  readonly options: Partial<PlanOptions>;
  readonly crash: Crash | null;
  readonly signals: readonly Signal[];
  /** What is paused is resumed or cancelled some time, or the story would stand still. */
  readonly asked: readonly Asked[];
  /** The disk is full after so many bytes; null = never. */
  readonly diskBytes: number | null;
}

/** A fleet, and everything that happens to it. */
export interface Story {
  readonly seed: number;
  readonly fleet: Fleet;
  readonly jitter: number;
  readonly engineAheadMs: number;
  /** Which services run at the beginning. */
  readonly running: readonly ServiceKey[];
  readonly starts: readonly Start[];
}

/** A rebuild without any trouble. */
export const QUIET: Start = {
  pauseMs: 1000,
  quiet: false,
  edits: [],
  reconfigures: [],
  faults: [],
  command: 'rebuild',
  options: {},
  crash: null,
  signals: [],
  asked: [],
  diskBytes: null,
};

/** A continuation without any trouble: how every story ends. */
export const CONTINUED: Start = { ...QUIET, quiet: true, pauseMs: 120_000, command: 'continue' };

/** The story of a seed: often a first good rebuild, then one with trouble, then continuations until nothing is in the way any more. */
export function storyOf(seed: number): Story {
  const dice = new Dice(seed);
  const fleet = simulatedFleet(dice);
  const keys = fleet.services.map((s) => s.key);
  const starts: Start[] = [];
  if (dice.chance(50)) {
    starts.push(QUIET);
    // What nobody changes is left alone: the trouble below needs something to do.
    starts.push({ ...troubled(dice, fleet), edits: dice.some(keys, 70), reconfigures: dice.some(keys, 15) });
  } else starts.push(troubled(dice, fleet));
  while (starts.length < 6 && dice.chance(45)) starts.push(again(dice, fleet));
  return {
    seed,
    fleet,
    jitter: dice.pick([0, 0.2, 0.5]),
    engineAheadMs: dice.pick([0, 0, 5000, -5000]),
    running: dice.chance(75) ? keys : dice.some(keys, 80),
    starts: withAsked(seed, starts),
  };
}

/** Some starts are paused, resumed and cancelled; by dice of their own, so that what else happens stays as it was. */
function withAsked(seed: number, starts: readonly Start[]): Start[] {
  const dice = new Dice(seed ^ 0xa5ced);
  return starts.map((start) => (dice.chance(40) ? { ...start, asked: asked(dice) } : start));
}

function asked(dice: Dice): Asked[] {
  const actions = dice.pick<readonly ControlAction[]>([
    ['pause', 'resume'],
    ['pause', 'resume'],
    ['pause', 'resume', 'pause', 'resume'],
    ['pause', 'cancel'],
    ['cancel'],
    ['cancel', 'cancel'],
  ]);
  let ms = dice.between(0, 40_000);
  return actions.map((action) => {
    ms += dice.between(1, dice.pick([100, 10_000, 60_000]));
    return { ms, action };
  });
}

function troubled(dice: Dice, fleet: Fleet): Start {
  return {
    ...QUIET,
    pauseMs: dice.pick([0, 1000, 60_000]),
    faults: dice.chance(60) ? faults(dice, fleet) : [],
    options: options(dice),
    ...mishap(dice),
  };
}

/** After trouble: mostly goes on, sometimes begins anew, with more trouble at times. */
function again(dice: Dice, fleet: Fleet): Start {
  const keys = fleet.services.map((s) => s.key);
  const command = dice.chance(80) ? 'continue' : 'rebuild';
  return {
    ...QUIET,
    command,
    pauseMs: dice.pick([0, 50, 1000, 60_000]),
    edits: dice.chance(20) ? dice.some(keys, 30) : [],
    faults: dice.chance(25) ? faults(dice, fleet) : [],
    options: command === 'rebuild' ? options(dice) : {},
    ...(dice.chance(60) ? mishap(dice) : {}),
  };
}

function options(dice: Dice): Partial<PlanOptions> {
  return {
    force: dice.chance(10),
    noCache: dice.chance(10),
    skipTests: dice.chance(10),
    rollbackOnFail: dice.chance(20),
    rollbackScope: dice.pick(['service', 'service', 'service', 'wave', 'run']),
    batchSize: dice.chance(20) ? dice.pick([1, 4, 'all' as const]) : null,
  };
}

function mishap(dice: Dice): Pick<Start, 'crash' | 'signals' | 'diskBytes'> {
  const none = { crash: null, signals: [], diskBytes: null };
  const roll = dice.between(1, 100);
  if (roll <= 50) return { ...none, crash: crash(dice) };
  if (roll <= 65) return { ...none, signals: signals(dice) };
  if (roll <= 75) return { ...none, diskBytes: dice.between(0, 30_000) };
  return none;
}

function crash(dice: Dice): Crash {
  const how = dice.pick(['kill', 'kill', 'kill-all', 'power'] as const);
  const roll = dice.between(1, 100);
  if (roll <= 45) return { how, when: { event: dice.between(1, 60) } };
  if (roll <= 65) return { how, when: { write: { nth: dice.between(1, 150), part: dice.pick([0, 0.3, 0.7, 1]) } } };
  return { how, when: { ms: dice.between(0, 120_000) } };
}

function signals(dice: Dice): Signal[] {
  const first = dice.between(0, 60_000);
  const levels = dice.pick([['draining'], ['draining', 'interrupting'], ['draining', 'interrupting', 'killing']] as const);
  return levels.map((level, i) => ({ ms: first + i * dice.between(1, 5000), level }));
}

const STAGES: readonly ComposeStage[] = ['create', 'stop', 'remove', 'rename', 'start'];

function faults(dice: Dice, fleet: Fleet): Fault[] {
  return Array.from({ length: dice.between(1, 3) }, () => fault(dice, dice.pick(fleet.services).key));
}

function fault(dice: Dice, service: ServiceKey): Fault {
  const times = dice.pick([1, 1, 2, null]);
  const from = dice.chance(50) ? { ms: dice.between(0, 60_000) } : { call: dice.between(1, 200) };
  switch (
    dice.pick(['build', 'test', 'behaviour', 'behaviour', 'compose', 'compose', 'slow-stop', 'call', 'registry', 'engine'])
  ) {
    case 'build':
      return { fault: 'build', service, how: dice.pick(['fails', 'times-out', 'registry-error', 'disk-full']), times };
    case 'test':
      return { fault: 'test', service, how: dice.pick(['fails', 'times-out', 'no-tests', 'out-of-memory']), times };
    case 'behaviour':
      return { fault: 'behaviour', service, of: 'new', behaviour: badBehaviour(dice) };
    case 'compose':
      return { fault: 'compose', service, before: dice.pick(STAGES), how: dice.pick(['error', 'client-dies']), times };
    case 'slow-stop':
      return { fault: 'slow-stop', service, ms: dice.between(1000, 12_000) };
    case 'call':
      return { fault: 'call', verb: dice.pick(VERBS), nth: dice.between(1, 8) };
    case 'registry':
      return { fault: 'registry-outage', from, forMs: dice.between(500, 30_000) };
    default:
      return { fault: 'engine-outage', from, forMs: dice.between(500, 60_000), containers: dice.pick(['restart', 'keep']) };
  }
}

const VERBS = [
  'observe',
  'inspect',
  'image',
  'build',
  'runTest',
  'tag',
  'untag',
  'preflight',
  'replace',
  'now',
  'logs',
  'start',
  'stop',
  'rename',
  'remove',
  'leftovers',
  'clear',
  'lock',
  'unlock',
] as const;

function badBehaviour(dice: Dice): Behaviour {
  const afterMs = dice.between(0, 3000);
  const message = 'it cannot be';
  return dice.pick<Behaviour>([
    { kind: 'unhealthy' },
    { kind: 'healthy', afterMs: dice.between(10_000, 60_000) },
    { kind: 'exits', afterMs, exitCode: 1, times: dice.pick([null, 1, 3]) },
    { kind: 'falls', afterMs, fallsAfterMs: dice.between(100, 4000), how: dice.pick(['unhealthy', 'exits']) },
    { kind: 'never-created', message },
    { kind: 'never-started', message },
  ]);
}
