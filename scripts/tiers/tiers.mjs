import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../setup/parts.mjs';
import { nodeProblem, setUp } from '../setup/set-up.mjs';
import { runCommandTier } from './command.mjs';
import { runVitestTier } from './vitest.mjs';

/**
 * The tiers of test/tiers.json: each is a command (`argv`) or a set of vitest files (`include`). `thorough` is the environment in which a tier
 * does more than in the quick loop.
 */
export function loadTiers() {
  return JSON.parse(readFileSync(join(ROOT, 'test/tiers.json'), 'utf8'));
}

const INTERRUPTED = 130;

/**
 * Sets up what the tiers need, runs them one after the other and ends with the line that sums them up.
 * A tier that cannot run counts as one skipped. Returns the exit code: 0 when something passed and nothing failed or was skipped,
 * 130 after Ctrl-C, 2 when this Node.js is too old.
 */
export async function runTiers(tiers) {
  const problem = nodeProblem();
  if (problem !== null) return refuse(problem);
  const outcomes = await setUp([...new Set(tiers.flatMap(({ needs }) => needs))]);
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const tier of tiers) {
    const counts = await runTier(tier, outcomes);
    for (const key of Object.keys(total)) total[key] += counts[key];
    if (counts.interrupted) return INTERRUPTED;
  }
  console.log(`tests: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.passed > 0 && total.failed === 0 && total.skipped === 0 ? 0 : 1;
}

/** Prints why nothing was started and returns exit code 2. */
export function refuse(problem) {
  console.error(problem);
  return 2;
}

async function runTier(tier, outcomes) {
  const missing = tier.needs.find((id) => outcomes.get(id) !== null);
  if (missing) {
    console.log(`\n== ${tier.name}: skipped, it needs ${missing}: ${outcomes.get(missing)}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const startMs = performance.now();
  console.log(`\n== ${tier.name}`);
  const counts = await (tier.argv ? runCommandTier(tier) : runVitestTier(tier));
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(`== ${tier.name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${seconds} s)`);
  return counts;
}
