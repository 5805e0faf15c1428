import type { ControlAnswer } from '../../control/protocol.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import { askOrRefuse } from '../ask.ts';
import { askRun, tellAnswer } from '../ask-run.ts';
import type { Call } from '../command.ts';
import { complain } from '../look.ts';
import type { CANCEL_FLAGS } from '../options/control.ts';
import { followingCommand } from '../output/last-words.ts';

type CancelCall = Call<typeof CANCEL_FLAGS>;

/** `slipway cancel` */
export async function runCancel(call: CancelCall): Promise<ExitCode> {
  const { values, world } = call;
  const live = await askRun(call, { action: 'status' });
  if (!live.ok) return refuse(call, live.error);
  const { run } = live.value;
  const refusal = await askOrRefuse(`Cancel run ${run}?`, { world, values, command: 'cancel' });
  if (refusal) return refuse(call, refusal);
  // The one that was asked about, though another may have begun meanwhile.
  const answer = await askRun(call, { action: 'cancel', run, ...(values.now && { now: true as const }) });
  if (!answer.ok) return refuse(call, answer.error);
  tellAnswer(call, answer.value, sentence(answer.value, followingCommand(world, values)));
  return EXIT.done;
}

function sentence({ run, level, changed }: ControlAnswer, command: string): string {
  if (!changed) return `Run ${run} is already coming to its end`;
  const goOn = `go on with ${command} rebuild --continue`;
  return level === 'draining'
    ? `Run ${run} is cancelled: what is under way comes to its end (once more ends builds and tests); ${goOn}`
    : `Run ${run} is cancelled: builds and tests end now; ${goOn}`;
}

function refuse({ values, world }: CancelCall, problem: Diagnostic): ExitCode {
  complain(world, [problem], values);
  return EXIT.couldNotStart;
}
