import { dirname, resolve, sep } from 'node:path';
import type { Fleet } from '../types.ts';

/** Tells the files that Slipway writes into the project dir itself: in a context they would change the inputs with every run. */
export function ownFiles({ root, settings }: Pick<Fleet, 'root' | 'settings'>): (path: string) => boolean {
  const logDirectory = resolve(root, settings.monitoring.logDirectory);
  const folders = [resolve(root, '.slipway'), logDirectory];
  const stateFile = resolve(root, settings.monitoring.stateFile);
  const runLogs = `${dirname(logDirectory)}${sep}${settings.phase}_batch_rebuild_`;
  return (path) =>
    path === stateFile ||
    path.startsWith(`${stateFile}.`) ||
    path.startsWith(runLogs) ||
    folders.some((folder) => path === folder || path.startsWith(folder + sep));
}
