import type { Diagnostic } from '../../model/diagnostic.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import { cleaningDocument, renderCleanings } from '../../report/clean-text.ts';
import { clean, planOnlyClean } from '../../run/releases/clean.ts';
import type { Cleaning } from '../../run/releases/clean-plan.ts';
import { counted } from '../../util/human.ts';
import { askOrRefuse } from '../ask.ts';
import type { Call } from '../command.ts';
import { typedCommand } from '../invocation.ts';
import { complain } from '../look.ts';
import type { CLEAN_FLAGS } from '../options/releases.ts';
import { loadRequest } from '../options/request.ts';
import { withDeps } from '../with-deps.ts';

type CleanCall = Call<typeof CLEAN_FLAGS>;

/** `slipway clean` */
export async function runClean(call: CleanCall): Promise<ExitCode> {
  const { values, world } = call;
  const request = { load: loadRequest(values, world.cwd), lockWaitMs: values.lockWait ?? 0, command: typedCommand(world) };
  const done = await withDeps(call, (deps) => {
    return values.dryRun ? planOnlyClean(request, deps) : clean(request, deps, (cleanings) => agree(call, cleanings));
  });
  if (!done.ok) {
    complain(world, done.error, values);
    return EXIT.couldNotStart;
  }
  const cleanings = done.value;
  if (values.json || values.output === 'json') {
    const document = { version: 1, removed: !values.dryRun, cleanings: cleanings.map(cleaningDocument) };
    world.out.write(`${JSON.stringify(document, null, 2)}\n`);
  } else if (values.output !== 'quiet') {
    const verb = values.dryRun ? 'Would remove' : 'Removed';
    world.out.write(cleanings.length === 0 ? 'Nothing is past its keep\n' : renderCleanings(verb, cleanings));
  }
  return EXIT.done;
}

async function agree({ values, world }: CleanCall, cleanings: readonly Cleaning[]): Promise<Diagnostic | null> {
  if (!values.yes) world.err.write(renderCleanings('Would remove', cleanings));
  return askOrRefuse(`Remove ${counted(cleanings.length, 'thing')}?`, { world, values, command: 'clean' });
}
