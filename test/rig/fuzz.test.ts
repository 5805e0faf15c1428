import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FUZZ, mutated } from '../support/mutations.ts';
import { Rig } from '../support/rig/rig.ts';
import { CURRENT_CONFIG, OLDER_CONFIG } from '../support/small-configs.ts';

/** A start of the command line costs a hundred times what a load does. */
const STARTS = Math.ceil(FUZZ / 800);

const TIMEOUT_MS = 20_000 + STARTS * 10_000;

async function rigOfTwo(): Promise<Rig> {
  const rig = await Rig.open();
  rig.fleet({ api: {}, web: { depends_on: { api: { condition: 'service_started', required: true } } } });
  return rig;
}

/** Runs a command over a damaged file: it ends by itself, with an exit code that the docs explain, and shows nothing of its inside. */
async function expectAnswered(rig: Rig, args: readonly string[], damage: string): Promise<void> {
  const { exitCode, stdout, stderr } = await rig.slipway(args);
  const told = `${damage}\n${stdout}\n${stderr}`;
  expect([0, 1, 2], told).toContain(exitCode);
  expect(stderr, told).not.toMatch(/\n\s+at .*:\d+:\d+|\[object|Internal error|FATAL|Cannot read properties/);
  if (exitCode === 2) expect(stderr, told).toMatch(/(?:error|warning)\s+[a-z][a-z-]+/);
}

function samples(text: string): Buffer[] {
  const seed = randomInt(2 ** 31);
  return fc.sample(mutated(fc.constant(text)), { numRuns: STARTS, seed });
}

test.each([
  ['in the current form', CURRENT_CONFIG],
  ['in the older dialect', OLDER_CONFIG],
])('a damaged configuration %s', { timeout: TIMEOUT_MS }, async (_, text) => {
  const rig = await rigOfTwo();
  for (const bytes of samples(text)) {
    writeFileSync(join(rig.root, 'slipway.yaml'), bytes);
    await expectAnswered(rig, ['plan'], bytes.toString('utf8'));
  }
});

// What is fatal here is a regular expression that Node compiles at the end of its stack: only a process of its own shows that.
test.each(['[', '- ', '{a: '])('a configuration of nothing but %j', async (opener) => {
  const rig = await rigOfTwo();
  rig.write({ 'slipway.yaml': opener.repeat(1e6 / opener.length) });
  await expectAnswered(rig, ['plan'], opener);
});

test('damaged files of a run that was cut off', { timeout: TIMEOUT_MS }, async () => {
  const rig = await rigOfTwo();
  const cli = rig.start(['rebuild']);
  await rig.bake('api');
  cli.signal('SIGKILL');
  await cli.ended;
  const [run] = readdirSync(join(rig.root, '.slipway/runs'));
  const files = [
    `.slipway/runs/${run}/journal.ndjson`,
    `.slipway/runs/${run}/plan.json`,
    '.rebuild_state_phase1.json',
    '.slipway/lock',
  ];
  const whole = new Map(files.map((file) => [file, readFileSync(join(rig.root, file), 'utf8')]));
  for (const [file, text] of whole) {
    for (const bytes of samples(text)) {
      writeFileSync(join(rig.root, file), bytes);
      for (const args of [
        ['status', '--json'],
        ['rebuild', '--continue', '--dry-run'],
      ]) {
        await expectAnswered(rig, args, `${file}: ${bytes.toString('utf8')}`);
      }
    }
    writeFileSync(join(rig.root, file), text);
  }
});
