import type { World } from './world.ts';

/** What this program is called with to deliver what a run left; no command, so that no help lists it. */
export const DELIVER_OUTBOX = 'deliver-outbox';

/** The spool to deliver, when this process was started for that. */
export function spoolToDeliver({ args }: World): string | null {
  const [entry, spool] = args;
  return entry === DELIVER_OUTBOX && spool !== undefined && args.length === 2 ? spool : null;
}

/** Delivers a spool; see telemetry/deliver-spool.ts. */
export async function deliverOutbox(spool: string, { clock, env }: World): Promise<void> {
  const { deliverSpool } = await import('../telemetry/deliver-spool.ts');
  const { nodeDisk } = await import('../util/node-disk.ts');
  const { VERSION } = await import('../util/version.ts');
  await deliverSpool(spool, { clock, disk: nodeDisk, env, version: VERSION });
}
