import { parseArgs } from 'node:util';
import { loadTiers, refuse, runTiers } from './tiers/tiers.mjs';

/** `npm test`: everything, with all its set-up. `npm test -- --tier engine --tier crash` runs only those tiers. */
const tiers = loadTiers().map((tier) => ({ ...tier, env: tier.thorough }));
const { values } = parseArgs({ options: { tier: { type: 'string', multiple: true } } });
const unknown = values.tier?.filter((name) => !tiers.some((tier) => tier.name === name)) ?? [];
const chosen = values.tier ? tiers.filter(({ name }) => values.tier.includes(name)) : tiers;
process.exitCode =
  unknown.length === 0
    ? await runTiers(chosen)
    : refuse(`there is no tier "${unknown[0]}"; tiers are ${tiers.map(({ name }) => name).join(', ')}`);
