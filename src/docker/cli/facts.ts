import { coerce, lt } from 'semver';
import { err, ok, type Result } from '../../model/result.ts';
import type { EngineFacts, EngineProblem } from '../port.ts';
import { type ChildResult, runChild } from '../process.ts';
import type { Tool, Tools } from './plugins.ts';
import { INSTALL, toolProblem, versionProblem } from './tool-problem.ts';

/** From these versions on the capabilities are known to be there; older or strangely numbered ones are asked for them. */
const MINIMUM = { compose: '2.35.0', buildx: '0.17.0' } as const;
/** Before it, `--no-deps` changed the configuration hash, so that the next plain `up` recreated everything (traps T3). */
const COMPOSE_NO_DEPS_FIX = '2.29.3';
/** A working engine answers in 0.1 s; one that needs this long is stuck. */
const TIMEOUT_MS = 10_000;

export interface FactsQuery {
  readonly tools: Tools;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** Versions and the engine's id, and whether all that Slipway needs can be done. The tools are asked at the same time. */
export async function readFacts(query: FactsQuery): Promise<Result<EngineFacts, EngineProblem>> {
  const run = (tool: Tool, ...args: readonly string[]) =>
    runChild({ argv: [...tool, ...args], env: query.env, timeoutMs: query.timeoutMs ?? TIMEOUT_MS });
  const [engine, compose, buildx] = await Promise.all([
    run(query.tools.docker, 'info', '--format', '{{json .ServerVersion}} {{json .ID}}'),
    run(query.tools.compose, 'version', '--short'),
    run(query.tools.buildx, 'version'),
  ]);
  const server = serverOf(engine);
  if (!server.ok) return server;
  const composeVersion = versionOf('Docker Compose', compose);
  if (!composeVersion.ok) return composeVersion;
  const buildxVersion = versionOf('docker buildx', buildx);
  if (!buildxVersion.ok) return buildxVersion;

  const help = (tool: Tool, ...args: readonly string[]) => run(tool, ...args, '--help').then((result) => result.stdout);
  if (older(composeVersion.value, MINIMUM.compose)) {
    const able = (await help(query.tools.compose, 'build')).includes('--print');
    if (!able || older(composeVersion.value, COMPOSE_NO_DEPS_FIX))
      return err(tooOld('Docker Compose', composeVersion.value, '2.35'));
  }
  if (older(buildxVersion.value, MINIMUM.buildx)) {
    const able = (await help(query.tools.buildx, 'bake')).includes('rawjson');
    if (!able) return err(tooOld('docker buildx', buildxVersion.value, '0.17'));
  }
  return ok({ ...server.value, compose: composeVersion.value, buildx: buildxVersion.value });
}

function serverOf(result: ChildResult): Result<{ docker: string; engineId: string }, EngineProblem> {
  if (result.end.kind !== 'exited' || result.end.code !== 0) return err(toolProblem('docker info', result));
  const [version, id] = result.stdout.trim().split(' ');
  const docker = unquoted(version);
  // `docker info` of some versions exits 0 without a server and says why on stderr.
  if (docker === '') return err(toolProblem('docker info', { ...result, end: { kind: 'exited', code: 1 } }));
  return ok({ docker, engineId: unquoted(id) });
}

function versionOf(tool: string, result: ChildResult): Result<string, EngineProblem> {
  if (result.end.kind !== 'exited' || result.end.code !== 0) return err(versionProblem(tool, result));
  // buildx prints `<module> <version> <commit>`, Compose only its version.
  const words = result.stdout.trim().split(/\s+/);
  const version = words.find((word) => /^v?\d+\.\d+/.test(word)) ?? words[0] ?? '';
  return ok(version.replace(/^v/, ''));
}

/** A version that cannot be read counts as older: then the capability itself is asked for. */
function older(version: string, than: string): boolean {
  const read = coerce(version);
  return read === null || lt(read, than);
}

function tooOld(tool: string, version: string, needed: string): EngineProblem {
  return { code: 'too-old', message: `${tool} ${version} is too old: ${needed} or newer is needed`, remedy: INSTALL };
}

function unquoted(json: string | undefined): string {
  try {
    const value: unknown = JSON.parse(json ?? '""');
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
}
