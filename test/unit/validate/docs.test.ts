import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { VALIDATE_CHECKS } from '../../../src/validate/checks.ts';
import { type CodeEntry, VALIDATE_CODES } from '../../../src/validate/codes.ts';
import { markdownTable } from '../../support/markdown-table.ts';

const PAGE = new URL('../../../docs/validate.md', import.meta.url);
const TABLE = /(<!-- codes: .* -->\n)[\s\S]*(<!-- end of codes -->)/;
const entries: readonly (readonly [string, CodeEntry])[] = Object.entries(VALIDATE_CODES);

test('docs/validate.md has every code with its severity, meaning and remedy (UPDATE_GOLDEN=1 writes them)', () => {
  const rows = entries.map(([code, { severity, means, remedy }]) => [`\`${code}\``, severity, means, remedy]);
  const table = markdownTable(['code', 'severity', 'means', 'what to do'], rows);
  const page = readFileSync(PAGE, 'utf8');
  const now = page.replace(TABLE, `$1\n${table}\n\n$2`);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(PAGE, now);
  expect(readFileSync(PAGE, 'utf8')).toBe(now);
});

test('codes are kebab-case, and each says in a sentence what it means and what to do', () => {
  const bad = entries.filter(
    ([code, { means, remedy }]) => !/^[a-z]+(-[a-z]+)*$/.test(code) || !/^[^a-z].*\.$/.test(means) || !/^[A-Z].*\.$/.test(remedy),
  );
  expect(bad).toEqual([]);
});

test('docs/validate.md has every column of the table of services', () => {
  const page = readFileSync(PAGE, 'utf8');
  const columns = VALIDATE_CHECKS.flatMap(({ column }) => column ?? []);
  expect(columns.filter((column) => !page.includes(`| \`${column}\``))).toEqual([]);
  expect(columns.filter((column) => column.length > 6)).toEqual([]);
});
