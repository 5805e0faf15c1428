import { parseArgs } from 'node:util';
import { PARTS, PURPOSES } from './setup/parts.mjs';
import { nodeProblem, problemsOf, setUp } from './setup/set-up.mjs';

/** `node scripts/setup.mjs [--for demo|test|check|PART]`: exit code 0 when everything is in order, 2 when something cannot be. */
const { values } = parseArgs({ options: { for: { type: 'string', default: 'test' } } });
const parts = PURPOSES[values.for] ?? (PARTS[values.for] && [values.for]);
const problem = parts
  ? (nodeProblem() ?? problemsOf(await setUp(parts)))
  : `--for is one of ${[...Object.keys(PURPOSES), ...Object.keys(PARTS)].join(', ')}`;
if (problem !== null) {
  console.error(`set-up: ${problem}`);
  process.exitCode = 2;
}
