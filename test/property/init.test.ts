import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadConfig } from '../../src/fleet/config/load.ts';
import type { SourcedProject } from '../../src/fleet/service/model-service.ts';
import type { Fleet } from '../../src/fleet/types.ts';
import { rewriteOlder } from '../../src/init/older/rewrite.ts';
import { proposalToYaml } from '../../src/init/proposal-yaml.ts';
import { proposeConfig } from '../../src/init/propose.ts';
import { proposeFleet } from '../../src/init/propose-fleet.ts';
import { WIDTHS } from '../../src/init/yaml-text.ts';
import { ok } from '../../src/model/result.ts';
import { folderWith } from '../support/folder.ts';
import { randomInput } from '../support/random-fleet.ts';

const RUNS = { numRuns: 80 };

function namesIn(text: string): string[] {
  const { categories = {} } = parse(text) as { categories?: Record<string, { services: { name: string }[] }> };
  return Object.values(categories).flatMap(({ services }) => services.map(({ name }) => name));
}

test('of any fleet every service is proposed once, and the text loads without a finding', () => {
  const source = { place: () => ({ file: 'compose.yaml' }), value: () => undefined, texts: new Map() };
  fc.assert(
    fc.property(randomInput(), ({ fleet }: { fleet: Fleet }) => {
      const projects = fleet.projects.map((project): SourcedProject => ({ ...project, source }));
      const proposal = proposeConfig({ fleet, projects, sources: new Map(), written: [] });
      const text = proposalToYaml(proposal, { schema: './s.json', from: ['compose.yaml'] });
      expect(loadConfig(text, 'slipway.yaml').diagnostics).toEqual([]);
      expect(namesIn(text).sort()).toEqual(fleet.services.map(({ key }) => key).sort());
      expect(proposalToYaml(proposal, { schema: './s.json', from: ['compose.yaml'] })).toBe(text);
    }),
    RUNS,
  );
});

const words = fc.constantFrom('api', 'web', 'db', 'ml', 'worker', 'ui', 'auth', 'migrate', 'x1', 'Sensor', 'a.b', '9to5');
const name = fc.array(words, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('-'));
const anyText = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom('# no', '- x', 'a: b', '*', '"', '{', 'Ü ß', '', '1', 'null'),
);
const check = fc.constantFrom(
  ['CMD', 'curl', '-f', 'http://localhost:80/health'],
  ['CMD-SHELL', 'wget -q --spider localhost:80/{x}?a=%20 || exit 1'],
  ['CMD', 'pg_isready'],
  ['CMD-SHELL', 'nc -z localhost 80'],
  ['CMD', 'curl', "http://localhost:81/a b'c"],
  ['NONE'],
);

const service = fc.record(
  {
    image: fc.constantFrom('postgres:16', 'redis', 'host:5000/team/app', 'app@sha256:0a'),
    labels: fc.dictionary(fc.constantFrom('slipway.category', 'slipway.critical', 'a.tier', 'x'), anyText),
    profiles: fc.subarray(['reports', 'dev', 'Über']),
    restart: fc.constantFrom('no', 'always'),
    network_mode: fc.constantFrom('host', 'bridge'),
    healthcheck: fc.record({ test: check }),
    scale: fc.nat(3),
  },
  { requiredKeys: [] },
);

test('whatever Compose renders, the proposal loads without a finding that the Compose file has not itself', async () => {
  const root = folderWith({ 'compose.yaml': '' });
  const models = fc.uniqueArray(fc.tuple(name, service, fc.boolean(), fc.nat(5)), { maxLength: 9, selector: ([one]) => one });
  await fc.assert(
    fc.asyncProperty(models, fc.subarray(['reports', 'dev']), async (entries, profiles) => {
      const services = Object.fromEntries(
        entries.map(([key, one, published, needs], i) => [
          key,
          {
            ...one,
            ...(published && { ports: [{ target: 80, published: `${8000 + i}`, protocol: 'tcp' }] }),
            ...(needs < i && { depends_on: { [entries[needs]![0]]: { condition: 'service_started', required: true } } }),
          },
        ]),
      );
      const request = { root, projects: [], envFiles: [], profiles, file: `${root}/slipway.yaml`, schema: './s.json' };
      const made = await proposeFleet(request, async () => ok({ model: { name: 'shop', services }, warnings: [] }));
      if (!made.ok) throw new Error(JSON.stringify(made.error));
      const { text, diagnostics, proposal } = made.value;
      expect(diagnostics).toEqual([]);
      expect([...namesIn(text), ...proposal.left.map(({ key }) => key)].sort()).toEqual(Object.keys(services).sort());
    }),
    RUNS,
  );
});

const scalar = fc.oneof(fc.boolean(), fc.nat(100), anyText);
const olderService = fc.record(
  {
    name,
    port: fc.option(fc.integer({ min: 1, max: 65_535 })),
    type: fc.constantFrom('python', 'nodejs', 'node', 'java', null),
    health_check: fc.constantFrom('/health', null),
    critical: fc.option(fc.boolean()),
    special_requirements: fc.array(anyText, { maxLength: 2 }),
    extra: scalar,
  },
  { requiredKeys: ['name'] },
);
const seconds = fc.integer({ min: 1, max: 5000 });
const olderFile = fc.record(
  {
    library_upgrades: fc.dictionary(fc.constantFrom('python', 'nodejs'), fc.dictionary(fc.constantFrom('a', 'b'), scalar)),
    batch_config: fc.record(
      {
        default_batch_size: seconds,
        build_timeout_seconds: fc.option(seconds),
        retry: fc.record({ max_attempts: seconds, backoff_seconds: seconds }, { requiredKeys: [] }),
        buildkit: fc.record({ enabled: fc.boolean(), cache: fc.boolean() }, { requiredKeys: [] }),
        strange: scalar,
      },
      { requiredKeys: [] },
    ),
    health_checks: fc.record({ enabled: fc.boolean(), interval: seconds, endpoints: fc.record({ nodejs: fc.constant(null) }) }),
    rollback: fc.record(
      { enabled: fc.option(fc.boolean()), auto_rollback_on_critical_failure: fc.boolean() },
      { requiredKeys: [] },
    ),
    monitoring: fc.record(
      {
        state_file: fc.constant('.rebuild_state_p7.json'),
        dashboard: fc.record({ script: anyText, refresh_interval: seconds }),
        metrics: fc.dictionary(fc.constantFrom('collect_a', 'collect_b'), fc.boolean()),
        notifications: fc.record(
          { enabled: fc.boolean(), on_failure: fc.boolean(), command: fc.constant(['x']) },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    ),
    validation: fc.record({ pre_build: fc.array(fc.constantFrom('Docker is there', '10 GB are free')) }),
    notes: anyText,
  },
  { requiredKeys: ['batch_config'] },
);

test('a rewritten older file means the same, loads without a finding, and accounts for every value of the older one', () => {
  const categories = fc.uniqueArray(olderService, { minLength: 1, maxLength: 6, selector: (one) => one.name });
  fc.assert(
    fc.property(olderFile, categories, fc.nat(9), (file, services, count) => {
      const older = { ...file, service_categories: { ai_ml: { count, dependencies: [], services } } };
      const text = stringify(older);
      const before = loadConfig(text, 'older.yaml');
      fc.pre(before.config !== null);
      const { document, remarks } = rewriteOlder(text, 'older.yaml', './s.json')!;
      const written = document.toString(WIDTHS);
      const after = loadConfig(written, 'new.yaml');
      expect(after.diagnostics).toEqual([]);
      expect(meaning(after.config)).toEqual(meaning(before.config));
      const lines = text.split('\n');
      const named = remarks.map(({ line }) => lines[line! - 1]!);
      for (const key of ['notes', 'strange', 'extra', 'special_requirements', 'script', 'count'])
        expect(lines.filter((one) => new RegExp(`^\\s*(?:- )?${key}:`).test(one) && !named.includes(one))).toEqual([]);
    }),
    RUNS,
  );
});

function meaning(config: unknown): unknown {
  return JSON.parse(
    JSON.stringify(config, (key, value) => (['place', 'portPlace', 'dialect', 'file'].includes(key) ? undefined : value)),
  );
}
