import { expect } from 'vitest';
import { DOCTOR_CODES } from '../../src/doctor/codes.ts';
import type { CheckResult } from '../../src/model/check.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import type { FleetFolder } from './fleet-folder.ts';

/** What `slipway doctor --json` said. */
export interface DoctorReport {
  readonly exitCode: number | null;
  readonly checks: readonly CheckResult[];
  /** The findings of a code. */
  found(code: string): readonly Diagnostic[];
  /** `code service` of each finding of a check, sorted; the code alone where it is about no service. */
  of(check: string): readonly string[];
  /** How a check ended, and what it saw. */
  check(name: string): CheckResult;
}

/** Runs `slipway doctor ARGS --json` in a fleet's folder. */
export async function doctor(
  fleet: FleetFolder,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<DoctorReport> {
  const end = await fleet.slipway(['doctor', '--json', ...args], { env });
  expect(end.stderr, end.text).toBe('');
  const document = JSON.parse(end.stdout) as { readonly ok: boolean; readonly checks: readonly CheckResult[] };
  expect(document, end.text).toMatchObject({ version: 1, command: 'doctor', ok: end.exitCode === 0 });
  for (const { code, severity } of document.checks.flatMap(({ findings }) => findings))
    expect(severity, `${code} as docs/doctor.md has it`).toBe(DOCTOR_CODES[code]?.severity ?? severity);
  const check = (name: string) => {
    const result = document.checks.find((candidate) => candidate.check === name);
    if (result === undefined) throw new Error(`doctor has no check ${name}`);
    return result;
  };
  return {
    exitCode: end.exitCode,
    checks: document.checks,
    check,
    found: (code) => document.checks.flatMap(({ findings }) => findings).filter((finding) => finding.code === code),
    of: (name) =>
      check(name)
        .findings.map(({ code, service }) => (service === undefined ? code : `${code} ${service}`))
        .sort(),
  };
}
