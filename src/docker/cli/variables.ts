import type { Project, StoredProject } from '../../fleet/types.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { EngineProblem } from '../port.ts';
import { runChild } from '../process.ts';
import { composeArgv, configArgv } from './argv.ts';
import { toolProblem } from './tool-problem.ts';
import type { UpTools } from './up.ts';

const TIMEOUT_MS = 60_000;
const KEY = 'x-slipway';

/**
 * Values of the variables that the project's secrets and configs with `environment:` are made from, as Compose itself finds them, `.env`
 * files included. Compose is only asked when there are any; unset ones are left out.
 */
export async function secretVariables(
  at: UpTools,
  project: Project,
): Promise<Result<StoredProject['environment'], EngineProblem>> {
  const names = [...new Set([...sources(project.model.secrets), ...sources(project.model.configs)])];
  if (names.length === 0) return ok({});
  // A model of nothing but the values: unlike the list that `config --environment` prints it keeps line breaks apart.
  const asked = Object.fromEntries(names.map((name) => [name, `\${${name}+=}\${${name}-}`]));
  const result = await runChild({
    argv: configArgv(composeArgv(at.tools.compose, project, 'values'), 'rendered'),
    env: at.env,
    cwd: project.directory,
    input: JSON.stringify({ services: {}, [KEY]: asked }),
    timeoutMs: TIMEOUT_MS,
  });
  if (result.end.kind !== 'exited' || result.end.code !== 0) return err(toolProblem('docker compose config', result));
  const answer = (JSON.parse(result.stdout) as { readonly [KEY]?: Readonly<Record<string, string>> })[KEY] ?? {};
  const found = Object.entries(answer).filter(([, value]) => value.startsWith('='));
  // Compose writes a dollar as two, for the model to be read again.
  return ok(Object.fromEntries(found.map(([name, value]) => [name, value.slice(1).replaceAll('$$', '$')])));
}

function sources(definitions: unknown): readonly string[] {
  const all = Object.values((definitions ?? {}) as Record<string, { readonly environment?: string } | null>);
  return all.flatMap((definition) => definition?.environment ?? []);
}
