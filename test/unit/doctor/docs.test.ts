import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DOCTOR_CODES } from '../../../src/doctor/codes.ts';
import { markdownTable } from '../../support/markdown-table.ts';

const PAGE = new URL('../../../docs/doctor.md', import.meta.url);
const TABLE = /(<!-- codes: .* -->\n)[\s\S]*(<!-- end of codes -->)/;
const entries = Object.entries(DOCTOR_CODES);

test('docs/doctor.md has every code with its severity, meaning and remedy (UPDATE_GOLDEN=1 writes them)', () => {
  const rows = entries.map(([code, { severity, means, remedy }]) => [`\`${code}\``, severity, means, remedy]);
  const table = markdownTable(['code', 'severity', 'means', 'what to do'], rows);
  const page = readFileSync(PAGE, 'utf8');
  const now = page.replace(TABLE, (_, head: string, end: string) => `${head}\n${table}\n\n${end}`);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(PAGE, now);
  expect(readFileSync(PAGE, 'utf8')).toBe(now);
});

test('codes are kebab-case, and each says what it means and what to do', () => {
  const bad = entries.filter(
    ([code, { means, remedy }]) => !/^[a-z]+(-[a-z]+)*$/.test(code) || !/[^.]$/.test(means) || !/^[A-Z`].*\.$/.test(remedy),
  );
  expect(bad).toEqual([]);
});
