import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../../src/fleet/config/load.ts';
import type { Config } from '../../../src/fleet/config-types.ts';
import { rewriteOlder } from '../../../src/init/older/rewrite.ts';
import { WIDTHS } from '../../../src/init/yaml-text.ts';

const older = readFileSync(new URL('../fleet/testdata/older.yaml', import.meta.url), 'utf8');

function rewrite(text: string) {
  const { document, ...rest } = rewriteOlder(text, 'older.yaml', './s.json')!;
  const written = document.toString(WIDTHS);
  return { ...rest, text: written, value: parse(written) as Record<string, never> };
}

/** What a configuration says, wherever it says it. */
function meaning(text: string): unknown {
  const { config } = loadConfig(text, 'x.yaml');
  const without = (key: string, value: unknown) => (['place', 'portPlace', 'dialect', 'file'].includes(key) ? undefined : value);
  return JSON.parse(JSON.stringify(config satisfies Config | null, without));
}

describe('a real file', () => {
  const { text, remarks } = rewrite(older);

  test('means the same in the current form, and loads without a remark', () => {
    expect(loadConfig(text, 'new.yaml').diagnostics).toEqual([]);
    expect(loadConfig(text, 'new.yaml').config?.dialect).toBe('current');
    expect(meaning(text)).toEqual(meaning(older));
  });

  test('keeps every comment, its writing, and what was written for people', () => {
    const comments = [...older.matchAll(/# ?(.*)$/gm)].map(([, comment]) => comment!);
    expect(comments.length).toBeGreaterThan(7);
    expect(comments.filter((comment) => !text.includes(comment))).toEqual([]);
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\/s\.json\n/);
    expect(text).toContain('      from: ">=1.4.0,<2.0.0"\n');
    expect(text).toContain('  # 8 services\n  integration:\n');
    expect(text).toContain('    nodejs: null # a page, not an answer\n');
    expect(text).toMatch(/- name: ml-service\n[\s\S]{0,120}# special_requirements:\n\s+# {3}- check the stored models/);
    expect(text).toMatch(/# notes: \|\n# {3}40 services; the five core services are rebuilt by hand/);
  });

  test('names every key that is not carried over at its line, with the reason', () => {
    const lines = older.split('\n');
    expect(
      remarks.every(({ file, line, column, severity }) => file === 'older.yaml' && line && column && severity === 'info'),
    ).toBe(true);
    const named = remarks.map(({ line }) => lines[line! - 1]!.trim().split(':')[0]);
    expect([...new Set(named)].sort()).toEqual([
      'collect_build_times',
      'collect_resource_usage',
      'collect_test_results',
      'count',
      'dependencies',
      'enabled',
      'last_updated',
      'notes',
      'notifications',
      'preserve_logs',
      'script',
      'special_requirements',
      'version',
    ]);
    expect(named.filter((name) => name === 'special_requirements')).toHaveLength(4);
    expect(remarks.every(({ message }) => /: \S/.test(message))).toBe(true);
  });
});

test('what is wrong in meaning keeps its severity and remedy', () => {
  const { remarks, value } = rewrite(`service_categories:
  a_b:
    count: 3
    dependencies: [other]
    services:
      - { name: x, type: pyton, crit: true }
health_checks: { enabled: false, retrys: 2 }
batch_config: { }
`);
  expect(remarks.map(({ line, severity, code, remedy }) => [line, severity, code, remedy].filter(Boolean).join(' '))).toEqual([
    '3 warning count-differs the list is what counts',
    '4 warning not-carried-over say it with `depends_on` in the Compose file, or with `fleet.depends_on` across projects',
    '6 warning unknown-value did you mean `python`?',
    '6 warning unknown-key did you mean `critical`?',
    '7 warning not-carried-over',
    '7 warning unknown-key did you mean `retries`?',
  ]);
  expect(value).toEqual({ categories: { 'a-b': { services: [{ name: 'x', stack: 'other' }] } } });
});

test('anchors, merges and keys of your own', () => {
  const text = `x-defaults: &defaults
  type: python # for all
  critical: false
# every one
service_categories:
  one:
    services:
      - { <<: *defaults, name: a, port: 1 }
      - <<: *defaults
        name: b # the second
        critical: true
batch_config:
  retry: &retry { max_attempts: 2 }
validation:
  pre_build: &checks [one, two]
  post_build: *checks
`;
  const rewritten = rewrite(text);
  expect(loadConfig(rewritten.text, 'n').diagnostics).toEqual([]);
  expect(meaning(rewritten.text)).toEqual(meaning(text));
  expect(rewritten.value['x-defaults']).toEqual({ type: 'python', critical: false });
  for (const comment of ['# for all', '# every one', '# the second']) expect(rewritten.text).toContain(comment);
});

test('a comment whose place is gone stays at the end', () => {
  const { text } = rewrite(
    'batch_config:\n  buildkit:\n    # must stay on\n    enabled: true\n  default_batch_size: 3 # small machine\n',
  );
  expect(text).toContain('size: 3 # small machine');
  expect(text).toMatch(/place is gone:\n# must stay on/);
});

test('notifications and switches become what they are now', () => {
  const text = `monitoring:
  notifications: { on_failure: true, webhook_url: "http://127.0.0.1/x", slack_webhook: "http://127.0.0.1/y" }
  metrics: { collect_build_times: false }
rollback: { enabled: false, auto_rollback_on_critical_failure: true }
batch_config: {}
`;
  const rewritten = rewrite(text);
  expect(meaning(rewritten.text)).toEqual(meaning(text));
  expect(rewritten.value).toMatchObject({
    monitoring: { metrics: false, notifications: [{ on: ['failure'] }, { on: ['failure'], format: 'slack' }] },
    rollback: { on_critical_failure: false },
  });
});

test('what is not of the older form is not rewritten', () => {
  expect(rewriteOlder('phase: x\ncategories: {}\n', 'x', 's')).toBeNull();
  expect(rewriteOlder('[]', 'x', 's')).toBeNull();
  expect(rewriteOlder('', 'x', 's')).toBeNull();
});

test('a text that nests its values too deeply is not rewritten', () => {
  const deep = (levels: number) => `service_categories: {}\nx-deep: ${'['.repeat(levels)}${']'.repeat(levels)}\n`;
  expect(rewriteOlder(deep(50), 'older.yaml', './s.json')).not.toBeNull();
  expect(rewriteOlder(deep(4000), 'older.yaml', './s.json')).toBeNull();
});
