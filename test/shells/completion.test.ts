import { describe, expect, test } from 'vitest';
import { folderWith } from '../support/folder.ts';
import { Shell } from '../support/shell.ts';

const CONFIG = `phase: phase1
categories:
  integration:
    description: Data from outside
    services:
      - { name: weather-api, port: 8009 }
      - name: sports.api
  core-data:
    services:
      - name: Data-API
`;
const COMPOSE = `services:
  weather-api:
    build: .
  sports.api:
    build: .
  Data-API:
    build: .
    profiles: [extra]
`;

function fleet(): string {
  return folderWith({
    'slipway.yaml': CONFIG,
    'compose.yaml': COMPOSE,
    'plans/first plan.json': '{}',
    '.slipway/runs/20260204_140000/journal.ndjson': '{"v":1,"type":"run-started","phase":"phase1"}\n',
    '.slipway/releases/20260203_090000/release.json': '{}',
  });
}

function severalProjects(): string {
  return folderWith({
    'slipway.yaml': 'fleet:\n  projects:\n    - { name: web, files: [web.yaml] }\n    - { name: core, files: [core.yaml] }\n',
    'web.yaml': 'services:\n  ui: { image: a }\n',
    'core.yaml': 'services: { api: { image: a } }\n',
  });
}

describe.each(['bash', 'zsh', 'fish'] as const)('%s', (name) => {
  test('completes commands, options and what they take', async () => {
    const shell = await Shell.start(name, fleet());
    await shell.completes('slipway rebu', 'slipway rebuild |');
    await shell.completes('slipway help rebu', 'slipway help rebuild |');
    await shell.completes('slipway rebuild --cat', 'slipway rebuild --category |');
    await shell.completes('slipway --outp', 'slipway --output |');
    await shell.completes('slipway --output pl', 'slipway --output plain |');
    await shell.completes('slipway report --format=ht', 'slipway report --format=html |');
    await shell.completes('slipway completion z', 'slipway completion zsh |');
    await shell.completes('slipway backup ver', 'slipway backup verify |');
  });

  test('completes names of the fleet, with dots, capitals and slashes', async () => {
    const shell = await Shell.start(name, fleet());
    await shell.completes('slipway rebuild wea', 'slipway rebuild weather-api |');
    await shell.completes('slipway rebuild weather-api sp', 'slipway rebuild weather-api sports.api |');
    await shell.completes('slipway logs Da', 'slipway logs Data-API |');
    await shell.completes('slipway plan --profile ex', 'slipway plan --profile extra |');
    await shell.completes('slipway report 2026', 'slipway report 20260204_140000 |');
    await shell.completes('slipway rollback --all --to 2026', 'slipway rollback --all --to 20260203_090000 |');
  });

  test('completes repeated options, comma lists, and what stands behind --', async () => {
    const shell = await Shell.start(name, fleet());
    await shell.completes('slipway rebuild --category int', 'slipway rebuild --category integration |');
    await shell.completes('slipway rebuild --category=int', 'slipway rebuild --category=integration |');
    await shell.completes('slipway rebuild --category integration,co', 'slipway rebuild --category integration,core-data |');
    await shell.completes('slipway rebuild --category=integration,co', 'slipway rebuild --category=integration,core-data |');
    const twice = 'slipway rebuild --category integration --category co';
    await shell.completes(twice, 'slipway rebuild --category integration --category core-data |');
    await shell.completes('slipway rebuild -- wea', 'slipway rebuild -- weather-api |');
    await shell.completes('slipway rebuild -- --cat', 'slipway rebuild -- --cat|');
  });

  test('completes paths where an option takes a file or a folder', async () => {
    const shell = await Shell.start(name, fleet());
    await shell.completes('slipway rebuild --plan plans/f', 'slipway rebuild --plan plans/first\\ plan.json |');
    await shell.completes('slipway --config slip', 'slipway --config slipway.yaml |');
    await shell.completes('slipway --config=slip', 'slipway --config=slipway.yaml |');
    await shell.completes('slipway --project-dir pl', 'slipway --project-dir plans/|');
    await shell.completes('slipway --project-dir=pl', 'slipway --project-dir=plans/|');
  });

  test('lists what there is', async () => {
    const shell = await Shell.start(name, fleet());
    const services = await shell.lists('slipway rebuild ', ['weather-api', 'sports.api', 'Data-API']);
    const options = await shell.lists('slipway status --', ['--json', '--project-dir', '--help']);
    expect(options).not.toContain('--category');
    if (name === 'bash') return;
    expect(services).toMatch(/weather-api.*integration/);
    expect(options).toMatch(/--json.*print it as JSON/);
  });

  test('knows names with a slash where the fleet has several projects', async () => {
    const shell = await Shell.start(name, severalProjects());
    await shell.completes('slipway logs web/u', 'slipway logs web/ui |');
    await shell.completes('slipway rebuild co', 'slipway rebuild core/api |');
  });
});
