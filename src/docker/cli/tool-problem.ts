import { assertNever } from '../../util/assert.ts';
import type { EngineProblem } from '../port.ts';
import type { ChildEnd, ChildResult } from '../process.ts';
import { failureSentence } from './words.ts';

const NO_PERMISSION = /permission denied while trying to connect|dial unix \S+: connect: permission denied/i;
const NO_ENGINE =
  /cannot connect to the docker daemon|error during connect|failed to connect to the docker api|is the docker daemon running/i;
const NO_CONTEXT = /context "?[^"\s]+"?.*(not found|does not exist)|unable to resolve docker endpoint/i;

/** What a docker tool's words say of the engine itself; null when it is about something else. */
export function engineProblemIn(text: string): EngineProblem | null {
  if (NO_PERMISSION.test(text)) {
    return {
      code: 'no-permission',
      message: `no permission to use the Docker engine at ${addressIn(text)}`,
      remedy: 'add your user to the group docker and log in again, or run as a user who may',
    };
  }
  if (NO_ENGINE.test(text) || NO_CONTEXT.test(text)) {
    return {
      code: 'no-engine',
      message: `no Docker engine answers: ${firstLine(text, NO_ENGINE, NO_CONTEXT)}`,
      remedy: 'start Docker, or set DOCKER_HOST or the docker context to an engine that runs',
    };
  }
  return null;
}

/** Why a call of a tool that should have worked did not; `tool` is how the operator knows it. */
export function toolProblem(tool: string, result: ChildResult): EngineProblem {
  const { end } = result;
  switch (end.kind) {
    case 'not-started':
      // Our own folder can be what is missing, but not before anything was done there.
      if (end.code === 'ENOENT') return notInstalled(tool, 'there is no such program on the PATH');
      return unusable(tool, end.message);
    case 'stopped':
      return stoppedTool(tool, end.why);
    case 'signalled':
      return engineError(`${tool} was ended by ${end.signal}`);
    case 'exited':
      return (
        engineProblemIn(result.stderr) ??
        engineError(`${tool} failed: ${failureSentence(result.stderr, `exit code ${end.code}`)}`)
      );
    default:
      return assertNever(end);
  }
}

/** A tool of which even its version cannot be had: a plugin that `docker` does not know, or one that does not run. */
export function versionProblem(tool: string, result: ChildResult): EngineProblem {
  const { end } = result;
  if (end.kind !== 'exited') return toolProblem(tool, result);
  const said = failureSentence(result.stderr, `it ended with exit code ${end.code}`).split('\n')[0]!;
  const why = said.replace(/^docker: /, '').replace(/\.$/, '');
  return /is not a docker command|unknown command/i.test(said) ? notInstalled(tool, why) : unusable(tool, why);
}

function notInstalled(tool: string, why: string): EngineProblem {
  // `docker info` is asked first of all; the operator misses `docker`.
  const program = tool.startsWith('docker ') && why.includes('PATH') ? 'docker' : tool;
  return { code: 'not-installed', message: `${program} is not installed: ${why}`, remedy: INSTALL };
}

function unusable(tool: string, why: string): EngineProblem {
  return { code: 'not-installed', message: `${tool} cannot be used: ${why}`, remedy: INSTALL };
}

function stoppedTool(tool: string, why: Extract<ChildEnd, { kind: 'stopped' }>['why']): EngineProblem {
  switch (why) {
    case 'timeout':
      return hanging(tool);
    case 'too-much-output':
      return engineError(`${tool} wrote more than Slipway can take and was ended`);
    case 'aborted':
      return engineError(`${tool} was interrupted`);
    default:
      return assertNever(why);
  }
}

/** Minimum versions that have all that Slipway uses (Compose `build --print` and the `--no-deps` fix, buildx `rawjson`). */
export const INSTALL = 'install Docker Engine with Docker Compose 2.35 or newer and buildx 0.17 or newer';

function hanging(tool: string): EngineProblem {
  return {
    code: 'no-engine',
    message: `the Docker engine does not answer: ${tool} got no answer in time`,
    remedy: 'check that the engine is not stuck (docker info), restart it if it is',
  };
}

function engineError(message: string): EngineProblem {
  return { code: 'engine-error', message, remedy: 'run the command again; the engine’s own log says more' };
}

/** The engine's address in the docker CLI's sentence `… socket at unix:///var/run/docker.sock: Get …`. */
function addressIn(text: string): string {
  return /\b((?:unix|tcp|npipe|http|https):\/\/[^\s"]+?):? /.exec(text)?.[1] ?? firstLine(text, NO_PERMISSION);
}

function firstLine(text: string, ...patterns: readonly RegExp[]): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.find((line) => patterns.some((pattern) => pattern.test(line))) ?? lines[0] ?? '';
}
