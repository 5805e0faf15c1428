import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../scripts/setup/parts.mjs';
import { folderWith } from '../support/folder.ts';
import { LanguageServer, type LspDiagnostic } from '../support/language-server.ts';
import { proposedFor } from '../support/proposed.ts';

const TIMEOUT_MS = 60_000;
const SCHEMA = './node_modules/slipway/schema/slipway.schema.json';
const HEAD = `# yaml-language-server: $schema=${SCHEMA}\n`;

/** An editor on a folder where Slipway is installed as a package. */
async function editor(files: Readonly<Record<string, string>> = {}) {
  const folder = folderWith(files);
  mkdirSync(join(folder, 'node_modules/slipway'), { recursive: true });
  cpSync(join(ROOT, 'schema'), join(folder, 'node_modules/slipway/schema'), { recursive: true });
  const server = new LanguageServer();
  await server.start(folder);
  return { folder, server };
}

function told(found: readonly LspDiagnostic[]): string[] {
  return found.map(({ message, range: { start } }) => `${start.line + 1}:${start.character + 1} ${message}`);
}

test('an editor finds nothing in good files: the examples, and what init writes', { timeout: TIMEOUT_MS }, async () => {
  const { folder, server } = await editor({ 'api/Dockerfile': 'FROM python:3.12 AS test\n', 'compose.yaml': '' });
  const yaml = `
api: { build: { context: ${folder}/api }, ports: [{ target: 80, published: "8080" }], healthcheck: { test: [CMD, curl, "http://localhost/ok"] } }
db: { image: postgres, ports: [{ target: 5432, published: "5432" }] }
migrate: { build: { context: ${folder}/api } }`;
  const proposed = await proposedFor(folder, yaml, { schema: SCHEMA });
  expect(proposed.text.startsWith(HEAD)).toBe(true);
  const example = readFileSync(join(ROOT, 'examples/homeiq/scripts/phase1-service-config.yaml'), 'utf8');
  const manual = /```yaml\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8'))![1]!;
  for (const [name, text] of Object.entries({ proposed: proposed.text, example: HEAD + example, manual })) {
    expect([name, ...told(await server.open(join(folder, `${name}.yaml`), text))]).toEqual([name]);
  }
});

test('an editor points at bad values and unknown keys', { timeout: TIMEOUT_MS }, async () => {
  const { folder, server } = await editor();
  const bad = `${HEAD}phase: "a b"
btach: { size: 5 }
timeouts: { build: 600 }
categories:
  one:
    risk: huge
    services:
      - { name: x, stack: pyton, port: 70000 }
      - { name: y, crit: true }
      - { stack: python }
      - { name: z, test: { command: pytest } }
`;
  const found = told(await server.open(join(folder, 'slipway.yaml'), bad));
  const lines = [...new Set(found.map((one) => Number(one.split(':')[0])))].sort((a, b) => a - b);
  expect(lines, found.join('\n')).toEqual([2, 3, 4, 7, 9, 10, 11, 12]);
  expect(found.join('\n')).toMatch(/3:1 Property btach is not allowed/);
  expect(found.join('\n')).toMatch(/10:20 Property crit is not allowed/);
  expect(found.join('\n')).toMatch(/7:11 .*low.*medium.*high/s);
  expect(found.join('\n')).toMatch(/11:9 Missing property "name"/);
});

test('an editor completes keys and values and explains them', { timeout: TIMEOUT_MS }, async () => {
  const { folder, server } = await editor();
  const path = join(folder, 'slipway.yaml');
  const text = `${HEAD}phase: phase1\ncategories:\n  one:\n    risk: \n    services:\n      - name: x\n        \nb\n`;
  await server.open(path, text);
  expect(await server.completions(path, { line: 4, character: 10 })).toEqual(expect.arrayContaining(['low', 'medium', 'high']));
  expect(await server.completions(path, { line: 7, character: 8 })).toEqual(
    expect.arrayContaining(['stack', 'port', 'health', 'critical', 'kind', 'test', 'replace']),
  );
  expect(await server.completions(path, { line: 8, character: 1 })).toEqual(
    expect.arrayContaining(['batch', 'buildkit', 'backup']),
  );
  expect(await server.hover(path, { line: 1, character: 2 })).toContain('part of tags, log folder and state file');
  expect(await server.hover(path, { line: 4, character: 6 })).toContain('low risk is replaced first');
  expect(await server.hover(path, { line: 6, character: 9 })).toContain('Name of the service in the Compose file');
});
