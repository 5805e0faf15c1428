import type { Engine } from '../docker/port.ts';
import type { FleetSource } from '../fleet/fleet-source.ts';
import type { Fingerprint, Fleet } from '../fleet/types.ts';
import type { RunState } from '../journal/projection.ts';
import { recordsFromRuns } from '../journal/service-records.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ServiceKey } from '../model/ids.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { Observed, ServiceRecord } from '../plan/types.ts';

/** The facts that a plan is made from, taken at one moment. */
export interface Stock {
  readonly observed: Observed;
  readonly fingerprints: ReadonlyMap<ServiceKey, Fingerprint>;
  readonly records: ReadonlyMap<ServiceKey, ServiceRecord>;
}

/** Looks at the engine, the build inputs and the journals. */
export async function takeStock(
  { engine, source }: { readonly engine: Engine; readonly source: FleetSource },
  fleet: Fleet,
  runs: readonly RunState[],
): Promise<Result<Stock, Diagnostic>> {
  const resolveBase = async (ref: string) => {
    const image = await engine.image(ref);
    return image ? { id: image.id, created: image.created } : null;
  };
  const [observed, fingerprints] = await Promise.all([
    engine.observe(fleet.services),
    source.fingerprint(fleet, fleet.services, resolveBase),
  ]);
  if (!observed.ok) return err(engineDiagnostic(observed.error));
  return ok({ observed: observed.value, fingerprints, records: recordsFromRuns(runs) });
}

/** An engine problem as a diagnostic. */
export function engineDiagnostic(problem: {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}): Diagnostic {
  return { code: problem.code, severity: 'error', message: problem.message, remedy: problem.remedy };
}
