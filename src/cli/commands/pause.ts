import { EXIT, type ExitCode } from '../../model/status.ts';
import { askRun, tellAnswer } from '../ask-run.ts';
import type { Call } from '../command.ts';
import { complain } from '../look.ts';
import type { CONTROL_FLAGS } from '../options/control.ts';
import { followingCommand } from '../output/last-words.ts';

/** `slipway pause` */
export async function runPause(call: Call<typeof CONTROL_FLAGS>): Promise<ExitCode> {
  const { values, world } = call;
  const answer = await askRun(call, { action: 'pause' });
  if (!answer.ok) {
    complain(world, [answer.error], values);
    return EXIT.couldNotStart;
  }
  const { run, changed } = answer.value;
  const resume = `${followingCommand(world, values)} resume`;
  const sentence = changed
    ? `Run ${run} is paused: what is under way comes to its end, nothing new starts until ${resume}`
    : `Run ${run} is paused already; it goes on with ${resume}`;
  tellAnswer(call, answer.value, sentence);
  return EXIT.done;
}
