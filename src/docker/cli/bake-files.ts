import type { Project } from '../../fleet/types.ts';
import type { RunId } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { EngineProblem } from '../port.ts';
import { runChild } from '../process.ts';
import { composeArgv, environmentArgv, printBakeArgv } from './argv.ts';
import type { BakeFile } from './bake-file.ts';
import type { Tools } from './plugins.ts';
import { toolProblem } from './tool-problem.ts';

const TIMEOUT_MS = 60_000;

/** What Compose would build, asked once for each project and run: its printed bake file and the variables it interpolates with. */
export class BakeFiles {
  readonly #tools: Tools;
  readonly #env: Readonly<Record<string, string>>;
  readonly #printed = new Map<string, Promise<Result<BakeFile, EngineProblem>>>();
  readonly #variables = new Map<string, Promise<Result<ReadonlyMap<string, string>, EngineProblem>>>();

  constructor(tools: Tools, env: Readonly<Record<string, string>>) {
    this.#tools = tools;
    this.#env = env;
  }

  /** The project's bake file. A failure is not remembered: a retry asks again. */
  printed(run: RunId, project: Project): Promise<Result<BakeFile, EngineProblem>> {
    return remembered(this.#printed, keyOf(run, project), () => this.#print(project));
  }

  /** The project's variables, `.env` files included: build secrets may come from them. */
  variables(run: RunId, project: Project): Promise<Result<ReadonlyMap<string, string>, EngineProblem>> {
    return remembered(this.#variables, keyOf(run, project), () => this.#read(project));
  }

  async #print(project: Project): Promise<Result<BakeFile, EngineProblem>> {
    const printed = await this.#compose(printBakeArgv(composeArgv(this.#tools.compose, project, 'files')));
    if (!printed.ok) return printed;
    try {
      const file = JSON.parse(printed.value) as Partial<BakeFile> | null;
      return ok({ target: file?.target ?? {} });
    } catch {
      return err({
        code: 'engine-error',
        message: 'docker compose build --print wrote no JSON',
        remedy: 'run it to see what it says',
      });
    }
  }

  async #read(project: Project): Promise<Result<ReadonlyMap<string, string>, EngineProblem>> {
    const printed = await this.#compose(environmentArgv(composeArgv(this.#tools.compose, project, 'files')));
    if (!printed.ok) return printed;
    const lines = printed.value.split('\n').map((line) => /^([^=]+)=(.*)$/.exec(line));
    return ok(new Map(lines.filter((match) => match !== null).map((match): [string, string] => [match[1]!, match[2]!])));
  }

  async #compose(argv: readonly [string, ...string[]]): Promise<Result<string, EngineProblem>> {
    const result = await runChild({ argv, env: this.#env, timeoutMs: TIMEOUT_MS });
    return result.end.kind === 'exited' && result.end.code === 0 ? ok(result.stdout) : err(toolProblem('docker compose', result));
  }
}

function keyOf(run: RunId, project: Project): string {
  return JSON.stringify([run, project.name, project.directory, project.files, project.envFiles]);
}

function remembered<T>(
  answers: Map<string, Promise<Result<T, EngineProblem>>>,
  key: string,
  ask: () => Promise<Result<T, EngineProblem>>,
): Promise<Result<T, EngineProblem>> {
  const known = answers.get(key);
  if (known) return known;
  const asked = ask().then((answer) => {
    if (!answer.ok) answers.delete(key);
    return answer;
  });
  answers.set(key, asked);
  return asked;
}
