import type { ComposeModel, ComposeService, ProjectRef, RenderedModel } from '../../fleet/types.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { EngineProblem } from '../port.ts';
import { type ChildResult, runChild } from '../process.ts';
import { composeArgv, configArgv } from './argv.ts';
import type { Tools } from './plugins.ts';
import { toolProblem } from './tool-problem.ts';
import { failureSentence, readWords } from './words.ts';

const TIMEOUT_MS = 60_000;
const MISSING_ENV_FILE = /env file .* not found/;

/**
 * The project's model with all profiles and with the values of env files in `environment`, as `up` would use it. When a required env
 * file is missing Compose refuses even to print the model (2.40, whatever the flags), so it is asked again with those files made
 * optional; the services get their `env_file` back, for whoever reports what is missing.
 */
export async function renderProject(
  call: { readonly tools: Tools; readonly env: Readonly<Record<string, string>> },
  project: ProjectRef,
): Promise<Result<RenderedModel, EngineProblem>> {
  const run = (form: 'rendered' | 'uninterpolated', override?: string) => {
    const compose = composeArgv(call.tools.compose, project, override === undefined ? 'files' : 'files-and-stdin');
    return runChild({
      argv: configArgv(compose, form),
      env: call.env,
      timeoutMs: TIMEOUT_MS,
      ...(override === undefined ? {} : { input: override }),
    });
  };
  const first = await run('rendered');
  if (!isMissingEnvFile(first)) return renderedOf(first);
  const source = modelIn(await run('uninterpolated'));
  if (source === null) return renderedOf(first);
  const second = renderedOf(await run('rendered', optionalEnvFiles(source)));
  return second.ok ? ok({ ...second.value, model: withEnvFiles(second.value.model, source) }) : renderedOf(first);
}

function isMissingEnvFile(result: ChildResult): boolean {
  return result.end.kind === 'exited' && result.end.code !== 0 && MISSING_ENV_FILE.test(result.stderr);
}

function renderedOf(result: ChildResult): Result<RenderedModel, EngineProblem> {
  if (result.end.kind !== 'exited') return err(toolProblem('docker compose config', result));
  const model = modelIn(result);
  if (model !== null) return ok({ model, warnings: readWords(result.stderr).warnings });
  const message = failureSentence(result.stderr, `docker compose config ended with exit code ${result.end.code}`);
  return err({ code: 'rejected', message, remedy: 'correct the Compose file; docker compose config shows the same' });
}

function modelIn(result: ChildResult): ComposeModel | null {
  if (result.end.kind !== 'exited' || result.end.code !== 0) return null;
  try {
    const model = JSON.parse(result.stdout) as ComposeModel | null;
    // A project without services renders as `{}` or null services; the reader wants an object.
    return model === null ? null : { ...model, services: model.services ?? {} };
  } catch {
    return null;
  }
}

/** An override file in which every env file of every service is optional. JSON is YAML, but for the tag. */
function optionalEnvFiles(source: ComposeModel): string {
  const services = Object.entries(source.services)
    .filter(([, service]) => hasEnvFiles(service))
    .map(([name, service]) => {
      const files = service.env_file!.map((file) => ({ ...file, required: false }));
      return `  ${JSON.stringify(name)}:\n    env_file: !override ${JSON.stringify(files)}\n`;
    });
  return `services:\n${services.join('')}`;
}

function withEnvFiles(model: ComposeModel, source: ComposeModel): ComposeModel {
  const services = Object.entries(model.services).map(([name, service]): [string, ComposeService] => {
    const files = source.services[name]?.env_file;
    return [name, files === undefined ? service : { ...service, env_file: files }];
  });
  return { ...model, services: Object.fromEntries(services) };
}

function hasEnvFiles(service: ComposeService): boolean {
  return (service.env_file?.length ?? 0) > 0;
}
