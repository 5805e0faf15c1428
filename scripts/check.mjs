import { loadTiers, runTiers } from './tiers/tiers.mjs';

/** `npm run check`: the quick loop without Docker, which is every tier marked quick. */
process.exitCode = await runTiers(loadTiers().filter(({ quick }) => quick));
