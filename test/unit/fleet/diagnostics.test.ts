import { expect, test } from 'vitest';
import { renderDiagnostics } from '../../../src/fleet/diagnostics.ts';
import { excerpt } from '../../../src/fleet/excerpt.ts';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';

const sample: Diagnostic = {
  code: 'duplicate-service',
  severity: 'error',
  message: 'the service weather-api is listed twice, in integration and in a category whose name is rather long',
  file: 'slipway.yaml',
  line: 20,
  column: 15,
  evidence: excerpt({ lineText: '      - name: weather-api', line: 20, column: 15, length: 11 }),
  remedy: 'keep one of the two',
  related: [{ file: 'slipway.yaml', line: 8, column: 15, message: 'the first one is here' }],
};

test('a diagnostic reads well at 80 columns', () => {
  expect(renderDiagnostics([sample, { code: 'no-engine', severity: 'warning', message: 'short' }], { colour: false })).toBe(
    `slipway.yaml:20:15  error  duplicate-service  the service weather-api is listed
  twice, in integration and in a category whose name is rather long
  20 |       - name: weather-api
     |               ^^^^^^^^^^^
  see slipway.yaml:8:15: the first one is here
  keep one of the two

warning  no-engine  short
`,
  );
});

test('no diagnostics, no text', () => expect(renderDiagnostics([], { colour: true })).toBe(''));

test('colour adds escape sequences and nothing else', () => {
  const plain = renderDiagnostics([sample], { colour: false });
  const coloured = renderDiagnostics([sample], { colour: true });
  expect(coloured).toContain('\u001b[31merror');
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain);
});

test('what a file holds cannot steer the terminal', () => {
  const evil = { ...sample, message: 'a\u001b[2Jb\nc', file: 'x\u0007.yaml', remedy: 'r\u009b31m' };
  expect(renderDiagnostics([evil], { colour: false })).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

test('the caret stands below the mark, with tabs and wide characters before it', () => {
  expect(excerpt({ lineText: '\tname: 日本 x\r', line: 3, column: 11, length: 1 })).toBe('3 |  name: 日本 x\n  |             ^');
});

test('a long line is cut around the mark', () => {
  const lineText = `${'a'.repeat(300)}MARK${'b'.repeat(300)}`;
  const [line, carets] = excerpt({ lineText, line: 1, column: 301, length: 4 }).split('\n') as [string, string];
  expect(line.length).toBeLessThanOrEqual(78);
  expect(line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('MARK');
});
