import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { renderJunit } from '../../../../src/report/document/junit.ts';
import { REPORT_RUNS, type ReportRun, reportOfRun } from '../../../support/report-runs.ts';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** A strict parser: it throws at what is not well-formed XML 1.0. */
function parse(text: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes: attributes as Record<string, string>, children: [], text: '' };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on('text', (piece) => {
    open.at(-1)!.text += piece;
  });
  parser.on('closetag', () => open.pop());
  parser.write(text).close();
  return root.children[0]!;
}

const SECONDS = /^\d+\.\d{3}$/;
/** What the schemas of Jenkins (jenkins-junit.xsd) and Ant (JUnit.xsd) both allow. */
const ALLOWED: Readonly<Record<string, { readonly attributes: readonly string[]; readonly children: readonly string[] }>> = {
  testsuites: { attributes: ['name', 'tests', 'failures', 'errors', 'time'], children: ['testsuite'] },
  testsuite: {
    attributes: ['name', 'tests', 'failures', 'errors', 'skipped', 'time', 'timestamp', 'hostname'],
    children: ['properties', 'testcase'],
  },
  properties: { attributes: [], children: ['property'] },
  property: { attributes: ['name', 'value'], children: [] },
  testcase: { attributes: ['name', 'classname', 'time'], children: ['skipped', 'error', 'failure', 'system-out'] },
  skipped: { attributes: ['message'], children: [] },
  error: { attributes: ['message', 'type'], children: [] },
  failure: { attributes: ['message', 'type'], children: [] },
  'system-out': { attributes: [], children: [] },
};

function check(element: Element): void {
  const allowed = ALLOWED[element.name];
  expect(allowed, element.name).toBeDefined();
  expect(allowed!.attributes).toEqual(expect.arrayContaining(Object.keys(element.attributes)));
  const places = element.children.map(({ name }) => allowed!.children.indexOf(name));
  expect(places, `children of ${element.name} in the schema's order`).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
  if ('time' in element.attributes) expect(element.attributes.time).toMatch(SECONDS);
  if ('timestamp' in element.attributes) expect(element.attributes.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  element.children.forEach(check);
}

function countIn(element: Element, name: string): number {
  return element.children.reduce((sum, child) => sum + (child.name === name ? 1 : 0) + countIn(child, name), 0);
}

describe.each(Object.keys(REPORT_RUNS) as ReportRun[])('JUnit of a run: %s', (name) => {
  const root = parse(renderJunit(reportOfRun(name)));

  test('has the shape that Jenkins and Surefire know', () => check(root));

  test('counts what it holds', () => {
    for (const suite of [root, ...root.children]) {
      const { tests, failures, errors, skipped = `${countIn(suite, 'skipped')}` } = suite.attributes;
      expect([tests, failures, errors, skipped]).toEqual(
        [countIn(suite, 'testcase'), countIn(suite, 'failure'), countIn(suite, 'error'), countIn(suite, 'skipped')].map(String),
      );
    }
  });
});

test('what a build prints comes through as it is, less what XML cannot say', () => {
  const [suite] = parse(renderJunit(reportOfRun('failed'))).children;
  const failure = suite!.children.find((child) => child.attributes.name === 'weather-api')!.children[0]!;
  expect(failure.attributes).toEqual({ message: 'build failed: pip install failed', type: 'build-failed' });
  expect(failure.text).toContain('</pre><script>alert(1)</script> ```` ]]> | & "x" red');
});

test('a category with any characters is a suite that can be read', () => {
  const report = reportOfRun('done');
  const odd = '<"é\u0000\ud800.x>';
  const services = report.services.map((service) => ({ ...service, category: odd }));
  const categories = report.categories.map((category) => ({ ...category, category: odd }));
  const [suite] = parse(renderJunit({ ...report, services, categories })).children;
  expect(suite!.attributes.name).toBe('<"é\ufffd\ufffd.x>');
  expect(suite!.children.at(-1)!.attributes.classname).toBe('phase1.<"é\ufffd\ufffd_x>');
});

test.each([
  ['interrupted', 1],
  ['abandoned', 1],
  ['running', 0],
  ['done', 0],
  ['failed', 0],
] as const)('a run that is %s: errors %i', (outcome, errors) => {
  const root = parse(renderJunit({ ...reportOfRun('interrupted'), outcome, why: 'the host went down' }));
  expect(root.attributes.errors).toBe(`${errors}`);
  const error = root.children.at(-1)!.children.at(-1)!.children[0]!;
  if (errors === 0) expect(countIn(root, 'error')).toBe(0);
  else
    expect(error).toMatchObject({
      name: 'error',
      attributes: { type: outcome, message: expect.stringMatching(/1 pending of 2 services\. the host went down$/) },
    });
});
