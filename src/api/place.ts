import { readFile } from 'node:fs/promises';
import { loadConfig } from '../fleet/config/load.ts';
import { locateProject } from '../fleet/locate.ts';
import type { Settings } from '../fleet/types.ts';
import { fileProblem } from '../journal/problems.ts';
import type { FleetOptions } from './options.ts';
import { loadRequest } from './request.ts';
import { SlipwayError } from './slipway-error.ts';

/** Where the history of a fleet is; asks neither Compose nor the engine. */
export async function locateHistory(options: FleetOptions): Promise<{ readonly root: string; readonly settings: Settings }> {
  const located = locateProject(loadRequest(options));
  if (!located.ok) throw new SlipwayError([located.error]);
  const { root, configFile } = located.value;
  const text = configFile === null ? null : await readConfig(configFile);
  const { config, diagnostics } = loadConfig(text, configFile);
  if (config === null) throw new SlipwayError(diagnostics);
  return { root, settings: config.settings };
}

async function readConfig(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new SlipwayError([fileProblem('read the configuration', path, error)]);
  }
}
