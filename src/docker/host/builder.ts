import { err, ok, type Result } from '../../model/result.ts';
import { findTools } from '../cli/plugins.ts';
import { toolProblem } from '../cli/tool-problem.ts';
import { childEnvironment, type Environment } from '../environment.ts';
import type { EngineProblem } from '../port.ts';
import { runChild } from '../process.ts';

const TIMEOUT_MS = 10_000;

/** Whether buildx has a builder of this name; one that takes long to answer, as on a machine far away, is there. */
export async function findBuilder(own: Environment, name: string): Promise<Result<null, EngineProblem>> {
  const argv = [...findTools(own).buildx, 'inspect', name] as const;
  const result = await runChild({ argv: [argv[0], ...argv.slice(1)], env: childEnvironment(own), timeoutMs: TIMEOUT_MS });
  const isThere =
    (result.end.kind === 'stopped' && result.end.why === 'timeout') || (result.end.kind === 'exited' && result.end.code === 0);
  return isThere ? ok(null) : err(toolProblem('docker buildx inspect', result));
}
