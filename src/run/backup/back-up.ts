import { type BackupOrigin, type BackupTools, writeBackup } from '../../backup/write.ts';
import type { EngineFacts } from '../../docker/port.ts';
import type { Fleet } from '../../fleet/types.ts';
import { loadRuns } from '../../journal/runs.ts';
import { type Diagnostic, hasErrors } from '../../model/diagnostic.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import type { StopController } from '../executor/stop.ts';
import { underLock } from '../lock/hold.ts';
import { describePresent } from '../releases/take-release.ts';
import { engineDiagnostic } from '../stock.ts';
import { gather } from './gather.ts';
import { asProblem } from './problem.ts';
import type { BackupDeps, BackupRequest, BackupResult, PlannedBackup } from './types.ts';

/** Takes a backup: load, lock, look, write. Expected failures are in the result; only bugs are thrown. */
export async function backUp(request: BackupRequest, deps: BackupDeps): Promise<BackupResult> {
  const loaded = await load(request, deps);
  if (!loaded.ok) return refused(loaded.error);
  const { fleet, facts } = loaded.value;
  try {
    const done = await underLock(fleet, { command: request.command, waitMs: request.lockWaitMs }, deps, () =>
      takeBackup({ fleet, facts, request }, deps),
    );
    return done.ok ? done.value : refused(done.error);
  } catch (error) {
    return refused([asProblem(error, 'look at the fleet', fleet.root)]);
  }
}

/** What a backup would hold now; nothing is written, and nobody has to wait for it. */
export async function planOnlyBackup(
  request: BackupRequest,
  deps: BackupDeps,
): Promise<Result<PlannedBackup, readonly Diagnostic[]>> {
  const loaded = await load(request, deps);
  if (!loaded.ok) return loaded;
  try {
    return await gather(loaded.value.fleet, request, deps);
  } catch (error) {
    return err([asProblem(error, 'look at the fleet', loaded.value.fleet.root)]);
  }
}

interface Loaded {
  readonly fleet: Fleet;
  readonly facts: EngineFacts;
}

async function load(request: BackupRequest, { engine, source }: BackupDeps): Promise<Result<Loaded, readonly Diagnostic[]>> {
  const [facts, loaded] = await Promise.all([engine.facts(), source.load(request.load, (project) => engine.render(project))]);
  if (!facts.ok) return err([engineDiagnostic(facts.error)]);
  if (!loaded.fleet) return err(loaded.diagnostics.filter((d) => d.severity === 'error'));
  return ok({ fleet: loaded.fleet, facts: facts.value });
}

async function takeBackup(
  { fleet, facts, request }: Loaded & { readonly request: BackupRequest },
  deps: BackupDeps,
): Promise<BackupResult> {
  await deps.archive.clearHelpers(fleet.projects.map((p) => p.name));
  const planned = await gather(fleet, request, deps);
  if (!planned.ok) return refused(planned.error);
  for (const diagnostic of planned.value.diagnostics) deps.say(diagnostic);
  const { runs } = await loadRuns(deps.disk, fleet.root, fleet.settings.phase);
  const present = await describePresent({ deps, fleet, runs: runs.map((r) => r.state) });
  if (!present.ok) return refused([present.error]);
  const no = await deps.confirm(planned.value);
  if (no) return refused([no]);
  return write(planned.value, { fleet, slipway: deps.version, engine: facts, present: present.value }, deps);
}

async function write({ plan }: PlannedBackup, origin: BackupOrigin, deps: BackupDeps): Promise<BackupResult> {
  const { archive, clock, disk, engine, report, stop } = deps;
  const startedMs = clock.now();
  const { backup, folder, estimate } = plan;
  const trouble: Diagnostic[] = [];
  const say = (diagnostic: Diagnostic) => {
    trouble.push(diagnostic);
    deps.say(diagnostic);
  };
  const place = { root: origin.fleet.root, disk, engine };
  const tools: BackupTools = { archive, place, clock, report, say, signal: stop.draining };
  const counts = { services: Object.keys(plan.services).length, images: plan.images.length };
  const volumes = plan.volumes.map((v) => v.name);
  report({ type: 'backup-started', backup, folder, ...counts, volumes, estimateBytes: estimate.totalBytes });
  try {
    const record = await writeBackup(plan, origin, tools);
    const bytes = record.contents.reduce((sum, one) => sum + one.bytes, 0);
    report({ type: 'backup-done', backup, folder, bytes, durationMs: clock.now() - startedMs });
    // The backup is whole, but a service that does not run again must not go unseen.
    return { kind: 'done', folder, record, exitCode: hasErrors(trouble) ? EXIT.serviceFailed : EXIT.done };
  } catch (error) {
    if (stop.draining.aborted) return { kind: 'failed', diagnostics: [interrupted()], exitCode: stoppedCode(stop) };
    return { kind: 'failed', diagnostics: [asProblem(error, 'write the backup', folder)], exitCode: EXIT.serviceFailed };
  }
}

function refused(diagnostics: readonly Diagnostic[]): BackupResult {
  return { kind: 'refused', diagnostics, exitCode: EXIT.couldNotStart };
}

function interrupted(): Diagnostic {
  const message = 'Interrupted: what was written of the backup is removed';
  return { code: 'interrupted', severity: 'error', message };
}

/** The exit code for the signal that stopped it. */
export function stoppedCode({ reason }: StopController): ExitCode {
  return reason?.kind === 'signal' && reason.signal !== 'SIGINT' ? EXIT.terminated : EXIT.interrupted;
}
