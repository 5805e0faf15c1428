import { randomBytes } from 'node:crypto';
import { appendFile, stat } from 'node:fs/promises';
import { fileProblem } from '../journal/problems.ts';
import type { RunId } from '../model/ids.ts';
import { annotations, resumeCommands, SUMMARY_LIMIT_BYTES, stepSummary, stopCommands } from '../report/document/github.ts';
import type { Report } from '../report/document/types.ts';
import { locateHistory } from './fleet-history.ts';
import { loadReport } from './load-report.ts';
import { complain, outputMode } from './look.ts';
import type { CommonValues } from './options/common.ts';
import type { World } from './world.ts';

/** A run inside a step of GitHub Actions. */
interface GithubStep {
  /** Annotations and the step's summary, once the run has ended; null = there was none. Trouble is told and changes nothing. */
  end(run: RunId | null): Promise<void>;
}

interface StepCall {
  readonly values: CommonValues;
  readonly world: World;
}

/**
 * Begins what a run tells GitHub Actions; nothing anywhere else. Until its end the runner takes no line for a command, since the logs that
 * are shown are not ours. With `--output json` only the step's summary is written.
 */
export function beginGithubStep(call: StepCall): GithubStep {
  const { values, world } = call;
  if (world.env.GITHUB_ACTIONS !== 'true') return { end: async () => {} };
  const json = outputMode(values, world) === 'json';
  const token = randomBytes(16).toString('hex');
  if (!json) world.out.write(stopCommands(token));
  return {
    end: async (run) => {
      if (!json) world.out.write(resumeCommands(token));
      const report = run === null ? null : await reportOn(run, call);
      if (report === null) return;
      if (!json) world.out.write(annotations(report));
      await writeSummary(report, call);
    },
  };
}

async function reportOn(run: RunId, { values, world }: StepCall): Promise<Report | null> {
  const place = await locateHistory(values, world);
  const loaded = place.ok ? await loadReport(place.value, { run, world, values }) : place;
  if (loaded.ok) return loaded.value.report;
  complain(world, loaded.error, values);
  return null;
}

async function writeSummary(report: Report, { values, world }: StepCall): Promise<void> {
  const path = world.env.GITHUB_STEP_SUMMARY;
  if (!path) return;
  try {
    const { size } = await stat(path).catch(() => ({ size: 0 }));
    await appendFile(path, stepSummary(report, SUMMARY_LIMIT_BYTES - size));
  } catch (error) {
    complain(world, [{ ...fileProblem('write the summary of the step', path, error), severity: 'warning' }], values);
  }
}
