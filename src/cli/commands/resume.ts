import { EXIT, type ExitCode } from '../../model/status.ts';
import { askRun, tellAnswer } from '../ask-run.ts';
import type { Call } from '../command.ts';
import { complain } from '../look.ts';
import type { CONTROL_FLAGS } from '../options/control.ts';

/** `slipway resume` */
export async function runResume(call: Call<typeof CONTROL_FLAGS>): Promise<ExitCode> {
  const { values, world } = call;
  const answer = await askRun(call, { action: 'resume' });
  if (!answer.ok) {
    complain(world, [answer.error], values);
    return EXIT.couldNotStart;
  }
  const { run, changed } = answer.value;
  tellAnswer(call, answer.value, changed ? `Run ${run} goes on` : `Run ${run} is not paused`);
  return EXIT.done;
}
