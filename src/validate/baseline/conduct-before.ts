import type { RunId, ServiceKey } from '../../model/ids.ts';
import type { ServiceConduct } from '../../report/validation/window-types.ts';
import type { ValidateContext } from '../types.ts';
import { readBaseline } from './baseline.ts';

/** How each service did before the run that last replaced it, which need not be the last run; those of which nothing was noted are left out. */
export async function conductBefore({
  runs,
  disk,
  fleet,
  services,
}: ValidateContext): Promise<ReadonlyMap<ServiceKey, ServiceConduct>> {
  const replacedBy = new Map<RunId, ServiceKey[]>();
  for (const { key } of services) {
    const last = runs.findLast((run) => run.services.get(key)?.steps.some(({ kind }) => kind === 'replace'));
    if (last) replacedBy.set(last.run, [...(replacedBy.get(last.run) ?? []), key]);
  }
  const found = new Map<ServiceKey, ServiceConduct>();
  for (const [run, keys] of replacedBy) {
    const baseline = await readBaseline(disk, fleet.root, run);
    for (const key of keys) {
      const before = baseline?.services[key];
      if (before) found.set(key, { answers: before.answers, logged: before.logged });
    }
  }
  return found;
}
