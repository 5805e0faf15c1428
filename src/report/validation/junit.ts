import type { CheckResult } from '../../model/check.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { attributes, seconds, sum, xml } from '../document/junit-parts.ts';
import type { ValidatedService, Validation } from './types.ts';

/** Where the checks go that are about the fleet as a whole. */
const FLEET = 'fleet';
const NO_CATEGORY = 'in no category';

/**
 * The result as JUnit XML, in the shape that Surefire writes: a suite per category with a case per service, and one for the fleet with a case
 * per check. Errors are failures, what could not be looked at is an error, warnings and remarks are told in the output of a passed case.
 */
export function renderValidationJunit(validation: Validation): string {
  const { services, phase, tookMs } = validation;
  const categories = [...new Set(services.map(({ category }) => category ?? NO_CATEGORY))];
  const suites = [fleetSuite(validation), ...categories.map((category) => categorySuite(category, validation))];
  const head = attributes({
    name: `slipway validate ${phase}`,
    ...totals(suites.flatMap(({ cases }) => cases)),
    time: seconds(tookMs),
  });
  const lines = suites.flatMap((suite) => suiteLines(suite, validation));
  return `${['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites ${head}>`, ...lines, '</testsuites>'].join('\n')}\n`;
}

interface Case {
  readonly name: string;
  /** What is an error. */
  readonly failures: readonly Diagnostic[];
  /** Why it could not be looked at. */
  readonly blind: string | null;
  /** What is only told. */
  readonly told: readonly string[];
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

function fleetSuite({ checks }: Validation): Suite {
  const cases = checks.map((check): Case => {
    const own = check.findings.filter(({ service }) => service === undefined);
    const blind = check.outcome === 'not-checked' ? check.seen : null;
    return { name: check.title, ...caseOf(own), blind, told: [check.seen, ...caseOf(own).told] };
  });
  return { name: FLEET, cases };
}

function categorySuite(name: string, { services, checks }: Validation): Suite {
  const own = services.filter(({ category }) => (category ?? NO_CATEGORY) === name);
  return { name, cases: own.map((service) => serviceCase(service, checks)) };
}

function serviceCase({ service, critical }: ValidatedService, checks: readonly CheckResult[]): Case {
  const { failures, told } = caseOf(checks.flatMap(({ findings }) => findings.filter((one) => one.service === service)));
  return { name: service, failures, blind: null, told: [...(critical ? ['critical'] : []), ...told] };
}

function caseOf(findings: readonly Diagnostic[]): Pick<Case, 'failures' | 'told'> {
  return {
    failures: findings.filter(({ severity }) => severity === 'error'),
    told: findings.filter(({ severity }) => severity !== 'error').map(textOf),
  };
}

function textOf({ severity, code, message, evidence, remedy }: Diagnostic): string {
  return [`${severity} ${code}: ${message}`, evidence, remedy].filter(Boolean).join('\n');
}

function totals(cases: readonly Case[]): Readonly<Record<'tests' | 'failures' | 'errors', number>> {
  return {
    tests: cases.length,
    failures: sum(cases.map(({ failures }) => (failures.length > 0 ? 1 : 0))),
    errors: sum(cases.map(({ failures, blind }) => (failures.length === 0 && blind !== null ? 1 : 0))),
  };
}

function suiteLines({ name, cases }: Suite, { at, phase, run, release }: Validation): string[] {
  const head = { name, ...totals(cases), skipped: 0, time: seconds(0), timestamp: at.slice(0, 19), hostname: 'localhost' };
  const properties = { phase, run: run?.run ?? '', release: release?.release ?? '' };
  return [
    `  <testsuite ${attributes(head)}>`,
    '    <properties>',
    ...Object.entries(properties).map(([key, value]) => `      <property ${attributes({ name: key, value })}/>`),
    '    </properties>',
    ...cases.flatMap((one) => caseLines(one, { suite: name, phase })),
    '  </testsuite>',
  ];
}

function caseLines({ name, failures, blind, told }: Case, of: { readonly suite: string; readonly phase: string }): string[] {
  // Jenkins takes what is before the last dot of the class name for a package.
  const classname = [of.phase, of.suite].map((part) => part.replaceAll('.', '_')).join('.');
  const [first] = failures;
  return [
    `    <testcase ${attributes({ name, classname, time: seconds(0) })}>`,
    // One for each case: some readers take only the first.
    ...(first
      ? [
          `      <failure ${attributes({ message: first.message, type: first.code })}>${xml(failures.map(textOf).join('\n\n'))}</failure>`,
        ]
      : []),
    ...(!first && blind !== null ? [`      <error ${attributes({ message: blind, type: 'not-checked' })}/>`] : []),
    ...(told.length > 0 ? [`      <system-out>${xml(told.join('\n'))}</system-out>`] : []),
    '    </testcase>',
  ];
}
