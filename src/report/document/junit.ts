import { printable } from '../../util/printable.ts';
import { attributes, seconds, sum, xml } from './junit-parts.ts';
import type { Report, ReportedService } from './types.ts';
import {
  cacheText,
  imageText,
  isTroubled,
  optionsText,
  resultText,
  statusText,
  testsText,
  timeOr,
  titleText,
  withoutColour,
} from './words.ts';

/** Where services go that the run left alone. */
const UNTOUCHED = 'left alone';
/** Where a run goes that did not come to its end. */
const THE_RUN = 'the run';

/**
 * The report as JUnit XML, in the shape that Surefire writes and Jenkins, GitLab and others read: a suite per category, a case per service.
 * What was skipped or left alone is a skipped case, what was put back as planned a passed one. A run that did not come to its end is a case
 * of its own with an error: no service of it need have failed.
 */
export function renderJunit(report: Report): string {
  const categories = report.categories.map(({ category }) => category);
  const suites = [
    ...categories.map((category) => suiteOf(category, report)),
    ...(report.untouched.length > 0 ? [untouchedSuite(report)] : []),
    ...(report.outcome === 'interrupted' || report.outcome === 'abandoned' ? [unendedSuite(report)] : []),
  ];
  const totals = attributes({
    name: `slipway ${report.phase}`,
    tests: sum(suites.map(({ tests }) => tests)),
    failures: sum(suites.map(({ failures }) => failures)),
    errors: sum(suites.map(({ errors }) => errors)),
    time: seconds(report.durationMs ?? 0),
  });
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${totals}>`,
    ...suites.flatMap(({ lines }) => lines),
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

interface Suite {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly lines: readonly string[];
}

function suiteOf(category: string, report: Report): Suite {
  const services = report.services.filter((service) => service.category === category);
  const cases = services.map((service) => caseOf(service, report));
  return suite(category, { cases, timeMs: sum(services.map(({ workedMs }) => workedMs ?? 0)), report });
}

function untouchedSuite(report: Report): Suite {
  const cases = report.untouched.map(({ service, cause }) => ({
    result: 'skipped' as const,
    lines: testCase(service, { category: UNTOUCHED, timeMs: 0, report }, [`<skipped message="${xml(cause.text)}"/>`]),
  }));
  return suite(UNTOUCHED, { cases, timeMs: 0, report });
}

/** The run itself, which was interrupted or given up. */
function unendedSuite(report: Report): Suite {
  const message = [`${titleText(report)}: ${resultText(report)}`, report.why].filter(Boolean).join('. ');
  const error = `<error ${attributes({ message, type: report.outcome })}/>`;
  const lines = testCase(report.run, { category: THE_RUN, timeMs: report.durationMs ?? 0, report }, [error]);
  return suite(THE_RUN, { cases: [{ result: 'error', lines }], timeMs: report.durationMs ?? 0, report });
}

interface Case {
  readonly result: 'passed' | 'failed' | 'error' | 'skipped';
  readonly lines: readonly string[];
}

function suite(
  name: string,
  { cases, timeMs, report }: { readonly cases: readonly Case[]; readonly timeMs: number; readonly report: Report },
): Suite {
  const count = (result: Case['result']) => cases.filter((one) => one.result === result).length;
  const head = attributes({
    name,
    tests: cases.length,
    failures: count('failed'),
    errors: count('error'),
    skipped: count('skipped'),
    time: seconds(timeMs),
    ...(report.startedAt !== null && { timestamp: report.startedAt.slice(0, 19) }),
    hostname: 'localhost',
  });
  const lines = [
    `  <testsuite ${head}>`,
    '    <properties>',
    ...propertiesOf(report).map(([key, value]) => `      <property ${attributes({ name: key, value })}/>`),
    '    </properties>',
    ...cases.flatMap((one) => one.lines),
    '  </testsuite>',
  ];
  return { tests: cases.length, failures: count('failed'), errors: count('error'), lines };
}

function propertiesOf(report: Report): readonly (readonly [string, string])[] {
  return [
    ['run', report.run],
    ['phase', report.phase],
    ['command', report.command],
    ['outcome', report.outcome],
    ['options', optionsText(report)],
    ['slipway', report.slipway ?? ''],
  ];
}

function caseOf(service: ReportedService, report: Report): Case {
  const { failure } = service;
  const out = `<system-out>${xml(factsOf(service))}</system-out>`;
  const place = { category: service.category, timeMs: service.workedMs ?? 0, report };
  if (isTroubled(service) && service.status !== 'skipped') {
    const text = failure?.text ?? 'no reason recorded';
    const log = (failure?.log.lines ?? []).map(withoutColour).map(printable);
    const lines = [
      `<failure ${attributes({ message: text, type: failure?.code ?? service.status })}>${xml([text, ...log].join('\n'))}</failure>`,
      out,
    ];
    return { result: 'failed', lines: testCase(service.service, place, lines) };
  }
  if (service.status !== 'completed' && service.status !== 'rolled-back') {
    const why = failure?.text ?? statusText(service.status);
    return { result: 'skipped', lines: testCase(service.service, place, [`<skipped message="${xml(why)}"/>`, out]) };
  }
  return { result: 'passed', lines: testCase(service.service, place, [out]) };
}

function testCase(
  name: string,
  { category, timeMs, report }: { readonly category: string; readonly timeMs: number; readonly report: Report },
  children: readonly string[],
): string[] {
  // Jenkins takes what is before the last dot of the class name for a package.
  const classname = [report.phase, category].map((part) => part.replaceAll('.', '_')).join('.');
  const head = attributes({ name, classname, time: seconds(timeMs) });
  return [`    <testcase ${head}>`, ...children.map((line) => `      ${line}`), '    </testcase>'];
}

function factsOf(service: ReportedService): string {
  const steps = service.steps.map(({ kind, outcome, durationMs }) => `${kind} ${outcome} ${timeOr(durationMs)}`);
  return [
    `status: ${statusText(service.status)}`,
    `because: ${service.cause?.text ?? 'not recorded'}`,
    `steps: ${steps.join(', ') || 'none'}`,
    `expected: ${service.estimateMs === null ? 'never seen' : timeOr(service.estimateMs)}`,
    `build cache: ${cacheText(service.cache)}`,
    `tests: ${testsText(service)}`,
    `downtime: ${timeOr(service.downtimeMs)}`,
    `image before: ${imageText(service.before)}`,
    `image after: ${imageText(service.after)}`,
  ].join('\n');
}
