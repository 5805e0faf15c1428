import type { Diagnostic } from '../../src/model/diagnostic.ts';
import type { Validation } from '../../src/report/validation/types.ts';
import type { FleetFolder } from './fleet-folder.ts';

/** What `slipway validate ARGS --json` found. */
export interface Validated extends Validation {
  readonly exitCode: number | null;
  /** Whom each code was said of, sorted; `-` = of the fleet. */
  readonly codes: Readonly<Record<string, readonly string[]>>;
  readonly findings: readonly Diagnostic[];
}

/** Runs `slipway validate ARGS --json`; throws when it could not check at all. */
export async function validated(fleet: FleetFolder, ...args: readonly string[]): Promise<Validated> {
  const { exitCode, stdout, text } = await fleet.slipway(['validate', '--json', ...args]);
  if (stdout === '') throw new Error(`nothing was validated: ${text}`);
  const found = JSON.parse(stdout) as Validation;
  const findings = found.checks.flatMap((check) => check.findings);
  const codes: Record<string, string[]> = {};
  for (const { code, service = '-' } of findings) codes[code] = [...(codes[code] ?? []), service].sort();
  return { ...found, exitCode, codes, findings };
}

/** The first finding with this code. */
export function findingOf({ findings }: Validated, code: string, service?: string): Diagnostic | undefined {
  return findings.find((finding) => finding.code === code && (service === undefined || finding.service === service));
}
