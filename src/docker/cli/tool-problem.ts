import { assertNever } from '../../util/assert.ts';
import type { EngineProblem } from '../port.ts';
import type { ChildResult } from '../process.ts';
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
      message: `no permission to use the Docker engine: ${firstLine(text, NO_PERMISSION)}`,
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
      return missingTool(tool, end.code === 'ENOENT' ? 'it is not installed' : end.message);
    case 'stopped':
      return end.why === 'timeout' ? hanging(tool) : engineError(`${tool} was stopped (${end.why})`);
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

/** A tool that is not there or cannot run. */
export function missingTool(tool: string, why: string): EngineProblem {
  return { code: 'too-old', message: `${tool} cannot be used: ${why}`, remedy: INSTALL };
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

function firstLine(text: string, ...patterns: readonly RegExp[]): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.find((line) => patterns.some((pattern) => pattern.test(line))) ?? lines[0] ?? '';
}
