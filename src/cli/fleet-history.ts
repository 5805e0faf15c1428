import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { loadConfig } from '../fleet/config/load.ts';
import type { Config } from '../fleet/config-types.ts';
import { withEvidence } from '../fleet/evidence.ts';
import { type LocateRequest, locateProject } from '../fleet/locate.ts';
import type { Settings } from '../fleet/types.ts';
import { fileProblem } from '../journal/problems.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { CommonValues } from './options/common.ts';
import type { World } from './world.ts';

/** What commands need that only look back: they ask neither Compose nor the engine. */
export interface HistoryPlace {
  readonly root: string;
  readonly settings: Settings;
}

/** Finds the project dir and reads its configuration. */
export async function locateHistory(
  values: Pick<CommonValues, 'projectDir' | 'config'>,
  { cwd }: Pick<World, 'cwd'>,
): Promise<Result<HistoryPlace, readonly Diagnostic[]>> {
  const found = await locateConfig({ cwd, projectDir: values.projectDir, configFile: values.config });
  return found.ok ? ok({ root: found.value.root, settings: found.value.config.settings }) : found;
}

/** Finds the project dir and its whole configuration. */
export async function locateConfig(
  request: LocateRequest,
): Promise<Result<{ readonly root: string; readonly config: Config }, readonly Diagnostic[]>> {
  const located = locateProject(request);
  if (!located.ok) return err([located.error]);
  const { root, configFile } = located.value;
  const text = await readConfig(configFile);
  if (!text.ok) return err([text.error]);
  const { config, diagnostics } = loadConfig(text.value, configFile);
  if (config === null) return err(withEvidence(diagnostics, new Map([[configFile ?? '', text.value ?? '']])));
  return ok({ root, config });
}

/** The folder of the service logs, absolute. */
export function logFolder({ root, settings }: HistoryPlace): string {
  return resolve(root, settings.monitoring.logDirectory);
}

async function readConfig(path: string | null): Promise<Result<string | null, Diagnostic>> {
  if (path === null) return ok(null);
  try {
    return ok(await readFile(path, 'utf8'));
  } catch (error) {
    return err(fileProblem('read the configuration', path, error));
  }
}
