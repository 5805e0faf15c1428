import { EXIT, type ExitCode } from '../../model/status.ts';
import { describeDrift } from '../../release/describe.ts';
import { adopt } from '../../run/releases/adopt.ts';
import { counted } from '../../util/human.ts';
import type { Call } from '../command.ts';
import { typedCommand } from '../invocation.ts';
import { complain } from '../look.ts';
import type { ADOPT_FLAGS } from '../options/releases.ts';
import { loadRequest } from '../options/request.ts';
import { withDeps } from '../with-deps.ts';

/** `slipway adopt` */
export async function runAdopt({ values, world }: Call<typeof ADOPT_FLAGS>): Promise<ExitCode> {
  const request = { load: loadRequest(values, world.cwd), lockWaitMs: values.lockWait ?? 0, command: typedCommand(world) };
  const adopted = await withDeps({ values, world }, (deps) => adopt(request, deps));
  if (!adopted.ok) {
    complain(world, adopted.error, values);
    return EXIT.couldNotStart;
  }
  const { release, isNew, drifted, newest } = adopted.value;
  if (values.json || values.output === 'json') {
    const services = Object.keys(release.services);
    const document = { version: 1, release: isNew ? release.release : newest, adopted: isNew, services, drifted };
    world.out.write(`${JSON.stringify(document, null, 2)}\n`);
    return EXIT.done;
  }
  complain(
    world,
    drifted.map(({ service, drift }) => ({ code: 'drift', severity: 'warning', service, message: describeDrift(drift) })),
    values,
  );
  if (values.output === 'quiet') return EXIT.done;
  const count = counted(Object.keys(release.services).length, 'service');
  const said = isNew
    ? `Recorded ${count} as release ${release.release}`
    : newest === null
      ? 'Nothing runs yet: there is nothing to record'
      : `Nothing to record: release ${newest} describes what runs (${count})`;
  world.out.write(`${said}\n`);
  return EXIT.done;
}
