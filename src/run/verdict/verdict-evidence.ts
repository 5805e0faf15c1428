import type { Engine } from '../../docker/port.ts';
import type { ContainerId } from '../../model/ids.ts';
import type { VerdictEvidence } from '../../model/verdict.ts';
import type { VerdictState } from './verdict.ts';

const LOG_LINES = 20;
const HEALTH_ENTRIES = 5;
const MAX_CHARS = 500;

/** What is kept of a container that got a bad verdict, bounded; null for a good one. Secrets are the recorder's to remove. */
export async function captureEvidence(
  engine: Pick<Engine, 'logs'>,
  state: Extract<VerdictState, { phase: 'settled' }>,
  containers: readonly ContainerId[],
): Promise<VerdictEvidence | null> {
  if (state.culprit === null) return null;
  const track = state.tracks[containers.indexOf(state.culprit)];
  const healthLog = (track?.seen?.healthLog ?? []).slice(-HEALTH_ENTRIES);
  // Without its log a verdict is still a verdict.
  const lines = await engine.logs(state.culprit, LOG_LINES).catch(() => []);
  return {
    exitCode: track?.exitCode ?? null,
    healthLog: healthLog.map((entry) => `${entry.at} exit ${entry.exitCode}: ${entry.output}`.slice(0, MAX_CHARS)),
    lastLogLines: lines.map((line) => line.slice(0, MAX_CHARS)),
  };
}
