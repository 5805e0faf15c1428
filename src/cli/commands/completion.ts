import { EXIT, type ExitCode } from '../../model/status.ts';
import type { Call } from '../command.ts';
import { completionScript, SHELLS } from '../completion/scripts.ts';
import { complain } from '../look.ts';
import { usage } from '../options/combinations.ts';
import { oneOf } from '../options/values.ts';

/** `slipway completion bash|zsh|fish` */
export async function runCompletion({ args, values, world }: Call<Record<never, never>>): Promise<ExitCode> {
  const shell = oneOf(SHELLS)(args[0]!);
  if (!shell.ok) {
    complain(world, [usage(`there is no completion for ${args[0]}`, shell.error)], values);
    return EXIT.couldNotStart;
  }
  world.out.write(completionScript(shell.value));
  return EXIT.done;
}
