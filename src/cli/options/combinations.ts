import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ValuesOf } from './flag.ts';
import { REBUILD_FLAGS, type RebuildValues } from './rebuild.ts';
import type { RollbackValues } from './rollback.ts';
import type { VALIDATE_FLAGS } from './validate.ts';
import type { LOGS_FLAGS } from './views.ts';

type Name = keyof RebuildValues;

/** What a plan file has settled already. */
const IN_THE_PLAN: readonly Name[] = [
  'category',
  'skipTests',
  'noCache',
  'force',
  'pull',
  'batchSize',
  'maxFailures',
  'rollbackOnFail',
  'rollbackScope',
];

/** What a run that is continued has settled already (contract, section 6). */
const IN_THE_RUN: readonly Name[] = ['noCache', 'force', 'pull', 'rollbackScope'];

/** Everything about the options of `rebuild` that contradicts each other. */
export function contradictions(services: readonly string[], values: RebuildValues): readonly Diagnostic[] {
  const given = (names: readonly Name[]) => names.filter((name) => isGiven(values[name])).map((name) => REBUILD_FLAGS[name].name);
  const problems: Diagnostic[] = [];
  if (values.plan !== null) {
    const settled = [...(services.length > 0 ? ['service names'] : []), ...given(IN_THE_PLAN)];
    if (settled.length > 0) {
      const remedy = `Leave out ${listed(settled)}, or make another plan: slipway plan --out FILE`;
      problems.push(usage(`${listed(settled)} cannot be combined with --plan: a plan has its own services and options`, remedy));
    }
    if (values.continue) {
      const remedy = 'Give one of them: --continue resumes the last run, --plan starts a new one';
      problems.push(usage('--continue cannot be combined with --plan', remedy));
    }
  }
  if (values.dryRun && (values.continue || values.plan !== null)) {
    const other = values.plan === null ? '--continue' : '--plan';
    problems.push(usage(`--dry-run cannot be combined with ${other}`, 'Look at the plan of a new run with slipway plan'));
  }
  const settled = values.continue ? given(IN_THE_RUN) : [];
  if (settled.length > 0) {
    const remedy = `Leave out ${listed(settled)}, or start a new run without --continue`;
    problems.push(usage(`${listed(settled)} cannot be combined with --continue: the run keeps its recorded options`, remedy));
  }
  return problems;
}

/** Everything about the options of `rollback` that contradicts each other. */
export function rollbackContradictions(services: readonly string[], values: RollbackValues): readonly Diagnostic[] {
  const { all, to, dryRun } = values;
  const problems: Diagnostic[] = [];
  if (values.continue) {
    const settled = [all && '--all', to !== null && '--to', dryRun && '--dry-run'].filter((name) => name !== false);
    if (settled.length > 0) {
      const remedy = `Leave out ${listed(settled)}, or start a new run without --continue`;
      problems.push(usage(`${listed(settled)} cannot be combined with --continue: the run keeps its releases`, remedy));
    }
    return problems;
  }
  if (all && services.length > 0) {
    problems.push(
      usage('--all cannot be combined with service names', 'Give names for some services, or --all for the whole fleet'),
    );
  }
  if (!all && services.length === 0) {
    const remedy = 'Name the services that go back, or give --all for the whole fleet';
    problems.push(usage('rollback needs service names, or --all', remedy));
  }
  return problems;
}

/** Everything about the options of `logs` that contradicts each other. */
export function logContradictions({ container, test, run, follow }: ValuesOf<typeof LOGS_FLAGS>): readonly Diagnostic[] {
  if (container && test) {
    return [usage('--test cannot be combined with --container', 'A test has containers of its own, whose log is the test log')];
  }
  if (container && run !== null && follow) {
    return [usage('--follow cannot be combined with --container and --run', 'Follow the containers without --run')];
  }
  return [];
}

/** A mistake in how Slipway was called. */
export function usage(message: string, remedy: string): Diagnostic {
  return { code: 'usage', severity: 'error', message, remedy };
}

function isGiven(value: RebuildValues[Name]): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== null && value !== false;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** The interval of a window that nobody asked for. */
export function intervalWithoutWatch({ watch, interval }: ValuesOf<typeof VALIDATE_FLAGS>): readonly Diagnostic[] {
  return watch !== null || interval === null
    ? []
    : [usage('--interval needs --watch', 'Without it everything is looked at once')];
}
