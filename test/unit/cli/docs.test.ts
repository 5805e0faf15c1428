import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../../src/cli/catalog.ts';
import { COMMON_FLAGS } from '../../../src/cli/options/common.ts';
import { commandsPage, exitCodesPage } from '../../support/command-docs.ts';

test.each([
  ['commands.md', commandsPage(COMMANDS, Object.values(COMMON_FLAGS))],
  ['exit-codes.md', exitCodesPage()],
])('docs/%s is up to date (UPDATE_GOLDEN=1 writes it)', (name, now) => {
  const path = new URL(`../../../docs/${name}`, import.meta.url);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, now);
  expect(readFileSync(path, 'utf8')).toBe(now);
});
