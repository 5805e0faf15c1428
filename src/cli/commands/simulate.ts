import type { Fleet } from '../../fleet/types.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import { NO_OPTIONS } from '../../plan/options.ts';
import { commaList } from '../../plan/selection.ts';
import type { PlanOptions } from '../../plan/types.ts';
import { renderForecast } from '../../report/forecast-text.ts';
import { forecastRebuild } from '../../run/forecast/forecast.ts';
import type { BatchSize } from '../../run/forecast/types.ts';
import type { Call } from '../command.ts';
import { loadForecastFleet } from '../forecast-fleet.ts';
import { complain, outputMode, paintFor } from '../look.ts';
import type { SIMULATE_FLAGS } from '../options/simulate.ts';

type SimulateCall = Call<typeof SIMULATE_FLAGS>;

const DRAWS = 10;
const SEED = 1;
/** What the configured batch size is compared with. */
const OTHER_SIZES: readonly BatchSize[] = [1, 5, 10, 20, 'all'];
const COLUMNS = { plain: 80, most: 140 };

/** `slipway simulate` */
export async function runSimulate({ args, values, world }: SimulateCall): Promise<ExitCode> {
  const loaded = await loadForecastFleet(values, world);
  if (!loaded.ok) {
    complain(world, loaded.error, values);
    return EXIT.couldNotStart;
  }
  const { fleet, source, runsOldestFirst, said } = loaded.value;
  complain(world, said, values);
  const forecast = await forecastRebuild({
    fleet,
    runsOldestFirst,
    options: optionsOf(args, values),
    ...sizesOf(values.batchSize, fleet),
    draws: values.runs ?? DRAWS,
    seed: values.seed ?? SEED,
  });
  if (!forecast.ok) {
    complain(world, forecast.error, values);
    return EXIT.couldNotStart;
  }
  complain(
    world,
    forecast.value.diagnostics.filter(({ code }) => code === 'forecast-incomplete'),
    values,
  );
  const mode = values.json ? 'json' : outputMode(values, world);
  if (mode === 'json') world.out.write(`${JSON.stringify({ source, ...forecast.value }, null, 2)}\n`);
  else if (mode !== 'quiet') {
    const columns = Math.min(COLUMNS.most, world.out.size().columns || COLUMNS.plain);
    world.out.write(renderForecast(forecast.value, source, { columns, paint: paintFor(world.out, world.env, values) }));
  }
  return EXIT.done;
}

function optionsOf(args: readonly string[], { category, skipTests, force, profile }: SimulateCall['values']): PlanOptions {
  return {
    ...NO_OPTIONS,
    services: commaList(args),
    categories: commaList(category),
    skipTests,
    force,
    profiles: commaList(profile),
  };
}

/** What was asked for, the first of it in detail; else the configured size in detail, beside others in their order. */
function sizesOf(asked: readonly BatchSize[] | null, { settings, services }: Fleet) {
  if (asked !== null) return { batchSizes: asked, batchSize: asked[0]! };
  const batchSize = settings.batch.size;
  const others = OTHER_SIZES.filter((size) => size === 'all' || size < services.length);
  const number = (size: BatchSize) => (size === 'all' ? Number.POSITIVE_INFINITY : size);
  return { batchSizes: [...new Set([...others, batchSize])].sort((a, b) => number(a) - number(b)), batchSize };
}
