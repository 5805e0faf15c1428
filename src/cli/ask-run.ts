import { askControl } from '../control/client.ts';
import type { ControlAnswer, ControlRequest } from '../control/protocol.ts';
import { locateProject } from '../fleet/locate.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, type Result } from '../model/result.ts';
import type { CommonValues } from './options/common.ts';
import type { ControlValues } from './options/control.ts';
import type { World } from './world.ts';

interface ControlCall {
  readonly values: ControlValues & CommonValues;
  readonly world: World;
}

/** Asks the live run of the project dir, or `--run` if that is the one; errors as `askControl` has them. */
export async function askRun(
  { values, world }: ControlCall,
  request: Pick<ControlRequest, 'action' | 'now' | 'run'>,
): Promise<Result<ControlAnswer, Diagnostic>> {
  const located = locateProject({ cwd: world.cwd, projectDir: values.projectDir, configFile: values.config });
  if (!located.ok) return err(located.error);
  const run = request.run ?? values.run;
  const { action, now } = request;
  const by = whoAsks(world, action);
  return askControl(located.value.root, { action, by, ...(run !== null && run !== undefined && { run }), ...(now && { now }) });
}

/** Says what came of it: a sentence, or the answer itself for a script. */
export function tellAnswer({ values, world }: ControlCall, answer: ControlAnswer, sentence: string): void {
  if (values.json || values.output === 'json') world.out.write(`${JSON.stringify(answer)}\n`);
  else if (values.output !== 'quiet') world.out.write(`${sentence}\n`);
}

/** For the record of the run. */
function whoAsks({ env, pid }: World, action: string): string {
  const how = `slipway ${action}, process ${pid}`;
  const user = (env.USER || env.LOGNAME || '').slice(0, 40);
  return user === '' ? how : `${user} (${how})`;
}
