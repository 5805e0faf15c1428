import { execa } from 'execa';
import { DELIVER_OUTBOX } from './outbox-entry.ts';
import { OUTLIVING } from './outliving.ts';
import type { World } from './world.ts';

/**
 * Starts this program anew to deliver a spool, in a session of its own, so that it goes on when this process, its terminal and its process
 * group are gone. False: it could not be started.
 */
export async function startDeliverer(spool: string, { env }: Pick<World, 'env'>): Promise<boolean> {
  // `--`: Node would take options for its own.
  const child = execa(process.execPath, ['--', process.argv[1]!, DELIVER_OUTBOX, spool], {
    cwd: '/',
    env,
    ...OUTLIVING,
    stdio: 'ignore',
  });
  child.unref();
  return child.pid !== undefined;
}
