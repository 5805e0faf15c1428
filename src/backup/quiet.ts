import type { EngineArchive } from '../docker/archive-port.ts';
import type { Engine } from '../docker/port.ts';

/** Somebody uses a volume that was to stand still; it was left as it is. */
export class VolumeInUse extends Error {
  constructor(volume: string, users: readonly string[]) {
    super(`The volume ${volume} is used by ${users.join(', ')}, started after Slipway had looked who uses it`);
    this.name = 'VolumeInUse';
  }
}

/**
 * Makes sure that nobody runs who uses a volume: since it was looked whom to stop, one may have been started. Throws VolumeInUse. The engine's
 * list may lag behind a stop (moby writes the view that it lists from after it has told of the exit), so each is looked at itself.
 */
export async function requireUnused(
  volume: string,
  archive: Pick<EngineArchive, 'volumeUsers'>,
  engine: Pick<Engine, 'inspect'>,
): Promise<void> {
  const listed = (await archive.volumeUsers(volume)).filter(({ state }) => state !== 'still');
  const busy: string[] = [];
  for (const { container, name } of listed) {
    const state = (await engine.inspect(container))?.state;
    if (state !== undefined && UP.includes(state)) busy.push(name);
  }
  if (busy.length > 0) throw new VolumeInUse(volume, busy);
}

const UP = ['running', 'restarting', 'paused'];
