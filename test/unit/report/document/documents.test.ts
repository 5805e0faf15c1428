import { readFileSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { renderHtml } from '../../../../src/report/document/html.ts';
import { renderJson } from '../../../../src/report/document/json.ts';
import { renderJunit } from '../../../../src/report/document/junit.ts';
import { renderMarkdown } from '../../../../src/report/document/markdown.ts';
import { reportJsonSchema } from '../../../../src/report/document/schema.ts';
import type { Report } from '../../../../src/report/document/types.ts';
import { REPORT_RUNS, type ReportRun, reportOfRun } from '../../../support/report-runs.ts';

const RUNS = Object.keys(REPORT_RUNS) as ReportRun[];

const FORMATS: Readonly<Record<string, (report: Report) => string>> = {
  md: (report) => renderMarkdown(report, 'full'),
  html: renderHtml,
  json: renderJson,
  xml: renderJunit,
};

describe.each(RUNS)('the report of a run: %s (UPDATE_GOLDEN=1 writes it)', (name) => {
  test.each(Object.keys(FORMATS))('as %s', (format) => {
    const golden = new URL(`testdata/${name}.${format}`, import.meta.url);
    const now = FORMATS[format]!(reportOfRun(name));
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(golden, now);
    expect(now).toBe(readFileSync(golden, 'utf8'));
  });
});

describe('the JSON Schema', () => {
  const published = new URL('../../../../schema/report.schema.json', import.meta.url);

  test('schema/report.schema.json is up to date (UPDATE_GOLDEN=1 writes it)', () => {
    const now = `${JSON.stringify(reportJsonSchema(), null, 2)}\n`;
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(published, now);
    expect(readFileSync(published, 'utf8')).toBe(now);
  });

  test.each(RUNS)('describes the report: %s', (name) => {
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(reportJsonSchema());
    const document = JSON.parse(renderJson(reportOfRun(name)));
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...document, more: 1 })).toBe(false);
  });
});

test.each(['md', 'html', 'xml', 'json'])('what an engine says steers no terminal that the report is written to: %s', (format) => {
  const said = 'lost \u001b[2J\u009b2J';
  const report = reportOfRun('failed');
  const services = report.services.map((row) => ({ ...row, failure: row.failure && { ...row.failure, text: said } }));
  expect(FORMATS[format]!({ ...report, why: said, services })).not.toMatch(/[\u001b\u009b]/);
});

describe('the HTML file', () => {
  test.each(RUNS)('needs nothing from anywhere and runs nothing: %s', (name) => {
    const page = renderHtml(reportOfRun(name));
    expect(page).not.toMatch(/<script|<link|<img|<iframe|<object|\son\w+=|javascript:|@import|url\(|https?:/i);
    expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'");
  });

  test('shows what a log says as text', () => {
    expect(renderHtml(reportOfRun('failed'))).toContain('&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  test('opens and closes its elements in order', () => {
    const open: string[] = [];
    const body = renderHtml(reportOfRun('failed')).replace(/<style>[\s\S]*<\/style>/, '');
    for (const [, slash, name, rest] of body.matchAll(/<(\/?)([a-z0-9]+)((?:\s[^>]*)?)>/g)) {
      if (slash === '/') expect(open.pop()).toBe(name);
      else if (!rest!.endsWith('/') && name !== 'meta') open.push(name!);
    }
    expect(open).toEqual([]);
  });
});

describe('the Markdown', () => {
  test('holds a log in a fence that no line of it can close', () => {
    expect(renderMarkdown(reportOfRun('failed'), 'full')).toMatch(/^`{5}text\n#7[\s\S]*?<script>[\s\S]*?\n`{5}$/m);
  });

  test('makes no markup of a reason', () => {
    expect(renderMarkdown(reportOfRun('failed'), 'full')).toContain('| sports-api | same inputs, bases \\| configuration |');
  });

  test('leaves the services out when it is brief', () => {
    const brief = renderMarkdown(reportOfRun('failed'), 'brief');
    expect(brief).not.toContain('## Services');
    expect(brief).toContain('### weather-api: failed');
  });
});
