import { err, ok, type Result } from '../../model/result.ts';
import { commaList } from '../../plan/selection.ts';
import type { BatchSize } from '../../run/forecast/types.ts';
import { COMPOSE_FLAGS, JSON_FLAG } from './common.ts';
import { type FlagSet, many, one, toggle } from './flag.ts';
import { parseBatchSize, parseNames } from './values.ts';

/** More draws tell no more of a few recorded durations. */
const DRAWS_AT_MOST = 1000;

export const SIMULATE_FLAGS = {
  batchSize: one('--batch-size', '<N>', {
    says: 'services in flight at once, or all, or several to compare: 5,10,all (default: batch.size beside 1, 5, 10, 20 and all)',
    parse: parseBatchSizes,
  }),
  category: many('--category', '<CAT>', {
    says: 'only services of this category, or of a comma list of them',
    parse: parseNames,
  }),
  skipTests: toggle('--skip-tests', 'no test step'),
  force: toggle('--force', 'replace even what is unchanged'),
  runs: one('--runs', '<N>', {
    says: 'draw the durations of the steps so often from the recorded ones, for the median and the 90th percentile (default: 10)',
    parse: parseDraws,
  }),
  seed: one('--seed', '<N>', { says: 'the same number draws the same durations (default: 1)', parse: parseSeed }),
  json: JSON_FLAG,
  ...COMPOSE_FLAGS,
} satisfies FlagSet;

/** A comma list of batch sizes, each once. */
function parseBatchSizes(text: string): Result<readonly BatchSize[], string> {
  const sizes: BatchSize[] = [];
  for (const part of commaList([text])) {
    const size = parseBatchSize(part);
    if (!size.ok) return err('Give a whole number from 1, or all, or a comma list of them');
    sizes.push(size.value);
  }
  return sizes.length === 0 ? err('Give a whole number from 1, or all, or a comma list of them') : ok([...new Set(sizes)]);
}

function parseDraws(text: string): Result<number, string> {
  const draws = Number(text);
  return /^\d+$/.test(text) && draws <= DRAWS_AT_MOST ? ok(draws) : err(`Give a whole number up to ${DRAWS_AT_MOST}`);
}

function parseSeed(text: string): Result<number, string> {
  return /^\d{1,15}$/.test(text) ? ok(Number(text)) : err('Give a whole number');
}
