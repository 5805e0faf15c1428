import type { Fleet, Service } from '../../fleet/types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { counted, humanBytes } from '../../util/human.ts';
import type { DoctorCheck } from '../types.ts';

/** Whether the tests that run at once could use more memory than there is. Builds have no limit that could be counted. */
export const checkMemory: DoctorCheck = {
  name: 'memory',
  title: 'Memory',
  rebuild: 'goes-on',
  needs: 'engine',
  run: async ({ fleet, selected, host }) => {
    const engine = await host.engineHost();
    const available = engine.isHere ? await host.availableMemory() : null;
    const free = available === null ? '' : `, ${humanBytes(available)} of it available`;
    const seen = `${humanBytes(engine.memoryBytes)} on the engine's machine${free}`;
    const limit = fleet?.settings.resources.memoryBytes ?? null;
    const atOnce = fleet === null ? 0 : testsAtOnce(fleet, selected);
    if (limit === null || atOnce === 0) return { seen, findings: [] };
    const evidence = `${counted(atOnce, 'test')} at once x ${humanBytes(limit)} (resources.memory_limit) = ${humanBytes(atOnce * limit)}\n${seen}`;
    return { seen, findings: overcommitted({ atOnce, limit, total: engine.memoryBytes, available, evidence }) };
  },
};

interface Memory {
  readonly atOnce: number;
  readonly limit: number;
  readonly total: number;
  readonly available: number | null;
  readonly evidence: string;
}

function overcommitted({ atOnce, limit, total, available, evidence }: Memory): Diagnostic[] {
  const wanted = atOnce * limit;
  const remedy = `set --batch-size or batch.size to ${Math.max(1, Math.floor((available ?? total) / limit))}, or lower resources.memory_limit`;
  if (wanted > total) {
    const message = `${counted(atOnce, 'test')} at once may use ${humanBytes(wanted)}, and the engine's machine has ${humanBytes(total)}`;
    return [{ code: 'memory-short', severity: 'warning', message, evidence, remedy }];
  }
  if (available === null || wanted <= available) return [];
  const message = `${counted(atOnce, 'test')} at once may use ${humanBytes(wanted)}, and ${humanBytes(available)} are available now`;
  return [{ code: 'memory-tight', severity: 'info', message, evidence, remedy }];
}

/** A slot is held from the build until the replace, so no more tests than slots run at once (product contract, `--batch-size`). */
function testsAtOnce({ settings }: Fleet, selected: readonly Service[]): number {
  const tested = selected.filter(({ test, kind }) => test.command !== null && kind === 'service').length;
  return settings.batch.size === 'all' ? tested : Math.min(settings.batch.size, tested);
}
