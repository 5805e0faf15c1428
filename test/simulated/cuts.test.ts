import { expect, test } from 'vitest';
import { fleetOf } from '../support/fleet-builder.ts';
import { checkLeftovers } from '../support/simulated-checks.ts';
import { SimulatedMachine } from '../support/simulated-machine.ts';
import { CONTINUED, QUIET, type Start } from '../support/simulated-story.ts';

/** At each how many-th byte the quick loop cuts; `npm test` cuts at every one. */
const STEP = Number(process.env.SLIPWAY_CUT_STEP ?? 29);

const JOURNAL = /\/journal\.ndjson$/;
const STATE = /\.rebuild_state_phase1\.json$/;

function newMachine(): SimulatedMachine {
  const fleet = fleetOf({ db: { critical: true, command: null } });
  return new SimulatedMachine({ seed: 1, fleet, jitter: 0, engineAheadMs: 0, running: ['db'] });
}

/** Goes on until a run is done: what was begun is continued, else begun anew. What is wrong then; empty = nothing. */
async function finish(machine: SimulatedMachine): Promise<string> {
  const { result } = await machine.start(CONTINUED);
  if (result?.kind === 'refused') return ended(machine, QUIET);
  return result?.kind === 'nothing' ? wrong(machine) : ended(machine, result?.exitCode === 0 ? null : CONTINUED);
}

async function ended(machine: SimulatedMachine, once: Start | null): Promise<string> {
  if (once === null) return wrong(machine);
  const { result } = await machine.start(once);
  if (result?.kind !== 'ran' || result.exitCode !== 0) return `it ended with ${JSON.stringify(result)}`;
  return wrong(machine);
}

function wrong(machine: SimulatedMachine): string {
  const bad = [...machine.look().values()].filter((s) => !s.well || s.images[0] !== s.tagImage || s.containers.length !== 1);
  const problems = bad.map((standing) => JSON.stringify(standing));
  checkLeftovers(machine, (what) => problems.push(what));
  return problems.join('; ');
}

function sizeOf(machine: SimulatedMachine, file: RegExp): { readonly path: string; readonly bytes: number } {
  const [path, content] = [...machine.disk.files()].find(([name]) => file.test(name))!;
  return { path, bytes: content.length };
}

async function everyCut(bytes: number, cutAt: (at: number) => Promise<string>, step = STEP): Promise<string[]> {
  const problems: string[] = [];
  for (let at = 0; at <= bytes; at += step) {
    const problem = await cutAt(at);
    if (problem !== '') problems.push(`byte ${at}: ${problem}`);
  }
  return problems;
}

async function wholeRun() {
  const machine = newMachine();
  const { result } = await machine.start(QUIET);
  expect(result?.exitCode).toBe(0);
  return machine;
}

test('Slipway dies at any byte that it writes to the journal, and goes on', async () => {
  const { bytes } = sizeOf(await wholeRun(), JOURNAL);
  const problems = await everyCut(bytes, async (at) => {
    const machine = newMachine();
    await machine.start({ ...QUIET, crash: { how: 'kill', when: { journalBytes: at } } });
    return finish(machine);
  });
  expect(problems).toEqual([]);
}, 600_000);

test('the journal loses its end, from any fifth byte on, although all that it told was done', async () => {
  const { path, bytes } = sizeOf(await wholeRun(), JOURNAL);
  const problems = await everyCut(
    bytes,
    async (at) => {
      const machine = await wholeRun();
      machine.disk.cut(path, at);
      return finish(machine);
    },
    5 * STEP,
  );
  expect(problems).toEqual([]);
}, 600_000);

test('whatever is left of the state file, nothing is different', async () => {
  const killed = { ...QUIET, crash: { how: 'kill', when: { event: 6 } } } as const;
  const first = newMachine();
  await first.start(killed);
  const { path, bytes } = sizeOf(first, STATE);
  const wanted = await finish(first);
  const journal = (machine: SimulatedMachine) => [...machine.disk.files()].filter(([name]) => JOURNAL.test(name)).map(String);
  const problems = await everyCut(bytes, async (at) => {
    const machine = newMachine();
    await machine.start(killed);
    machine.disk.cut(path, at);
    expect(await finish(machine)).toBe(wanted);
    return journal(machine).join() === journal(first).join() ? '' : 'another journal';
  });
  expect(problems).toEqual([]);
}, 600_000);
