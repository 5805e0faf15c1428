import type { Clock } from '../util/clock.ts';
import type { Disk } from '../util/disk.ts';
import { makeDeliver } from './outbox/deliver.ts';
import { Outbox } from './outbox/outbox.ts';
import { takeSpool } from './outbox/spool.ts';
import { GIVE_UP_AFTER_MS } from './run-telemetry.ts';

interface SpoolDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
}

/** Goes on with what a run could not deliver before it ended, for five minutes at most. Nobody is told how it ends, and nothing is left of it. */
export async function deliverSpool(path: string, { clock, disk, env, version }: SpoolDeps): Promise<void> {
  const spool = await takeSpool(disk, path);
  if (!spool) return;
  const { lanes, root } = spool;
  const deliver = makeDeliver({ clock, env, root, version });
  const destinations = lanes.map(({ destination }) => destination);
  const outbox = new Outbox(destinations, { deliver, clock, giveUpAfterMs: GIVE_UP_AFTER_MS });
  lanes.forEach(({ letters }, lane) => {
    for (const letter of letters) outbox.send(lane, letter);
  });
  await outbox.close(GIVE_UP_AFTER_MS);
}
