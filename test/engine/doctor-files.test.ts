import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FILE_CHECKS } from '../../src/doctor/file-checks.ts';
import type { CheckResult } from '../../src/model/check.ts';
import { bundle } from '../support/cli.ts';
import { doctor } from '../support/doctor-report.ts';
import { type FleetFolder, fleetFolder } from '../support/fleet-folder.ts';

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: Compose's own syntax.

/** A value that no message holds by chance. */
function made(name: string): string {
  return `${name}${randomBytes(10).toString('hex')}`;
}

const CATEGORIES = { categories: { all: { services: [{ name: 'api' }, { name: 'web' }] } } };

async function fleetOf(
  services: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, unknown>> = {},
): Promise<FleetFolder> {
  const fleet = fleetFolder();
  await fleet.compose(services);
  await fleet.config(config);
  return fleet;
}

/** The place of a finding from the fleet's folder, with its line. */
function placesOf(fleet: FleetFolder, findings: readonly { readonly file?: string; readonly line?: number }[]): string[] {
  return findings.map(({ file, line }) =>
    [file?.replace(`${fleet.root}/`, ''), line].filter((part) => part !== undefined).join(':'),
  );
}

test('a fleet with nothing wrong in its files: every check of them looks and finds nothing', async () => {
  const fleet = fleetFolder();
  await fleet.compose(
    {
      api: await fleet.tiny('api', { port: 21_801, compose: { environment: { GREETING: 'Hello ${WHO}', LOG_LEVEL: 'info' } } }),
      web: await fleet.tiny('web', { compose: { secrets: ['db'], environment: { DB_PASSWORD_FILE: '/run/secrets/db' } } }),
    },
    { secrets: { db: { file: './db.txt' } } },
  );
  await fleet.write({
    '.env': 'WHO=world\n',
    '.env.example': '# who is greeted\nWHO=\n',
    'db.txt': 'a password\n',
    'REBUILD_STATUS.md': '# Status\n\n## ✅ Phase 0: preparation - COMPLETE\n\nBackup: `backups/phase0_20260204_111804/`\n',
    'backups/phase0_20260204_111804/note': '',
  });
  await fleet.config({
    categories: {
      all: {
        services: [
          { name: 'api', port: 21_801, health: '/health' },
          { name: 'web', health: 'none' },
        ],
      },
    },
    validation: { pre_build: ['Verify that BuildKit is on', { command: ['true'] }, { file: 'docker-compose.yml' }] },
  });
  const report = await doctor(fleet);
  expect(FILE_CHECKS.map(({ name }) => [name, ...report.of(name)].join(' '))).toEqual(FILE_CHECKS.map(({ name }) => name));
  expect(report.checks.filter(({ outcome }) => outcome === 'not-checked')).toEqual([]);
  expect(report.check('status-file').seen).toBe('REBUILD_STATUS.md: Phase 0 COMPLETE; 1 backup named');
  expect(report.check('pre-build').seen).toBe('2 good, 1 by other checks');
});

describe('configured services', () => {
  test('that no Compose file has, with the nearest name, and one that two names mean', async () => {
    const fleet = await fleetOf(
      { 'calendar-service': { image: 'x' }, web: { image: 'y' } },
      { categories: { all: { services: [{ name: 'calender-service' }, { name: 'web' }] } } },
    );
    const report = await doctor(fleet);
    expect(report.exitCode).toBe(2);
    expect(report.of('services')).toEqual(['service-in-no-category', 'unknown-service calender-service']);
    expect(report.found('unknown-service')).toMatchObject([
      {
        severity: 'error',
        remedy: 'Did you mean `calendar-service`? (its name is the nearest)',
        evidence: expect.stringContaining('^^^'),
      },
    ]);
    expect(report.check('variables')).toMatchObject({ outcome: 'not-checked', seen: 'the fleet does not load' });
  });

  test('services in no category, one-shots that were guessed, and ports that are another’s or nobody’s', async () => {
    const fleet = await fleetOf(
      {
        api: { image: 'x', ports: ['21811:80'] },
        web: { image: 'y', ports: ['21812:80'] },
        floating: { image: 'w', ports: ['80'] },
        job: { image: 'z', profiles: ['tools'] },
      },
      {
        categories: {
          all: {
            services: [
              { name: 'api', port: 21_812 },
              { name: 'web', port: 4711 },
              { name: 'floating', health: '/health' },
            ],
          },
        },
      },
    );
    const report = await doctor(fleet, ['--profile', 'tools']);
    expect(report.of('services')).toEqual(['service-in-no-category']);
    expect(report.found('service-in-no-category')[0]!.message).toBe('In no category: job');
    expect(report.of('configured-ports')).toEqual([
      'no-port-to-probe floating',
      'port-not-published web',
      'port-of-other-service api',
    ]);
    expect(report.found('port-of-other-service')[0]).toMatchObject({
      message: 'Port 21812 of api is published by web; port 21811, which it publishes itself, is used instead',
      remedy: 'Write `port: 21811`',
    });
    expect(report.of('configuration')).toEqual(['one-shot-guessed']);
  });
});

test('folders, Dockerfiles and env files that are missing, and a container name that the engine would refuse', async () => {
  const fleet = await fleetOf({
    a: { build: './nope' },
    b: { build: { context: '.', dockerfile: 'Nope' } },
    c: { image: 'x', env_file: ['nope.env'] },
    d: { image: 'x', container_name: 'bad name!' },
  });
  const report = await doctor(fleet);
  expect(report.exitCode).toBe(2);
  expect(report.of('configuration')).toEqual(['bad-container-name d', 'missing-build-context a', 'missing-dockerfile b']);
  expect(report.of('variables')).toEqual(['missing-env-file c']);
});

test('names that several projects have, names of one service, and Compose files that are missing or speak of old things', async () => {
  const fleet = fleetFolder();
  const [a, b] = [`${fleet.name}-a`, `${fleet.name}-b`];
  await fleet.write({
    'a.yml': `name: ${a}\nversion: "3"\nservices:\n  web: { image: x }\n  api: { image: x }\n`,
    'b.yml': `name: ${b}\nservices:\n  web: { image: x }\n`,
  });
  const projects = [
    { name: a, files: ['a.yml'] },
    { name: b, files: ['b.yml'] },
  ];
  await fleet.config({
    fleet: { projects },
    categories: { all: { services: [{ name: 'web' }, { name: 'api' }, { name: `${a}/api` }] } },
  });
  const report = await doctor(fleet);
  expect(report.of('services')).toEqual(['ambiguous-service web', `duplicate-service ${a}/api`, 'service-in-no-category']);
  expect(report.found('ambiguous-service')[0]!.message).toContain(`${a}/web, ${b}/web`);
  expect(report.of('configuration')).toEqual(['compose-warning']);

  await fleet.config({
    fleet: {
      projects: [
        { name: a, files: ['nope.yml'] },
        { name: b, directory: 'empty' },
      ],
    },
  });
  mkdirSync(join(fleet.root, 'empty'));
  const missing = await doctor(fleet);
  expect(missing.of('configuration')).toEqual(['missing-compose-file', 'no-compose-file']);
  expect(missing.exitCode).toBe(2);
});

describe('variables', () => {
  test('that are set nowhere, keys that `.env` lacks, each with the line of its first use', async () => {
    const fleet = fleetFolder();
    await fleet.write({
      'docker-compose.yml': `name: ${fleet.name}\nservices:\n  api:\n    image: x\n    environment:\n      # A: $NOWHERE is not used here\n      A: $NOWHERE\n      B: \${WITH_DEFAULT:-b}\n`,
      '.env': 'SET=1\n',
      '.env.example': 'SET=\nWITH_DEFAULT=b\nexport UNUSED=x\nNOWHERE=\n',
    });
    await fleet.config();
    const report = await doctor(fleet);
    expect(report.of('variables')).toEqual(['env-key-missing', 'env-key-missing', 'variable-not-set']);
    expect(placesOf(fleet, report.found('variable-not-set'))).toEqual(['docker-compose.yml:7']);
    expect(placesOf(fleet, report.found('env-key-missing'))).toEqual(['docker-compose.yml:8', '.env.example:3']);
    expect(report.found('env-key-missing').map(({ evidence }) => evidence)).toEqual([
      'first used here; .env.example:2 has it',
      '.env.example:3 has it',
    ]);
    // What the shell sets is set.
    const shell = await doctor(fleet, [], { NOWHERE: '1', UNUSED: '', WITH_DEFAULT: 'c' });
    expect(shell.of('variables')).toEqual([]);
  });

  test('a required one, and an example without its file', async () => {
    const fleet = await fleetOf({ api: { image: 'x:${SW_B_TAG:?say which}' } });
    await fleet.write({ '.env.example': 'SW_B_TAG=\n' });
    const required = await doctor(fleet);
    expect(required.found('compose-rejected')).toMatchObject([
      { message: expect.stringContaining('SW_B_TAG is missing a value: say which'), line: 4, severity: 'error' },
    ]);
    expect(required.of('variables')).toEqual(['compose-rejected']);
    await fleet.compose({ api: { image: 'x:${SW_B_TAG:-1}' } });
    expect((await doctor(fleet)).found('no-env-file')).toMatchObject([{ severity: 'warning', evidence: 'SW_B_TAG' }]);
  });
});

test('secrets in the rendered model are told by where they are, and never by what they are', async () => {
  const fleet = fleetFolder();
  const secrets = {
    password: made('p'),
    fallback: made('f'),
    url: made('u'),
    token: `ghp_${made('t')}${made('t')}`,
    key: made('k'),
    argument: made('a'),
    passed: made('p'),
    anchored: made('a'),
  };
  await fleet.write({
    'common.yml': `services:\n  base:\n    image: x\n    environment:\n      MASTER_KEY: ${secrets.anchored}\n`,
    'docker-compose.yml': [
      `name: ${fleet.name}`,
      'services:',
      '  api:',
      '    image: x',
      '    environment:',
      `      DB_PASSWORD: "${secrets.password}"`,
      `      API_TOKEN: \${API_TOKEN:-${secrets.fallback}}`,
      `      DATABASE: postgres://app:${secrets.url}@db/\${DB_NAME}`,
      '      PASSED_SECRET: ${PASSED_SECRET}',
      '      AUTH_ENABLED: "true"',
      '      TOKEN_FILE: /run/secrets/token',
      '  worker:',
      '    image: x',
      `    command: ["run", "--requirepass", "${secrets.password}"]`,
      '    environment:',
      `      - NOTE=${secrets.token}`,
      '  web:',
      '    build:',
      '      context: .',
      `      args: { NPM_TOKEN: "\${NPM_TOKEN}" }`,
      '    configs: [signing]',
      '  extended:',
      '    extends: { file: common.yml, service: base }',
      '    environment: { PASSWORD_POLICY: strict-mode, RECAPTCHA_SITE_KEY: 6LeIxAcTAAAAAJcZVRqyHh71 }',
      'configs:',
      `  signing: { content: "-----BEGIN PRIVATE KEY-----${secrets.key}" }`,
      '',
    ].join('\n'),
    Dockerfile: 'FROM scratch\n',
    '.env': `PASSED_SECRET=${secrets.passed}\nNPM_TOKEN=${secrets.argument}\nDB_NAME=\n`,
  });
  await fleet.config();
  const end = await fleet.slipway(['doctor', '--json']);
  const text = await fleet.slipway(['doctor']);
  for (const value of Object.values(secrets)) {
    for (const piece of [value, value.slice(0, 8), value.slice(-8)]) {
      expect(end.text, piece).not.toContain(piece);
      expect(text.text, piece).not.toContain(piece);
    }
  }
  const report = await doctor(fleet);
  const inFile = report.found('secret-in-compose-file');
  expect(inFile.map(({ evidence, line, file }) => `${file?.split('/').at(-1)}:${line} ${evidence}`).sort()).toEqual([
    'common.yml:5 extended.environment.MASTER_KEY: ***',
    'docker-compose.yml:14 worker.command: ***',
    'docker-compose.yml:16 worker.environment.NOTE: ***',
    'docker-compose.yml:26 configs.signing.content: ***',
    'docker-compose.yml:6 api.environment.DB_PASSWORD: ***',
    'docker-compose.yml:7 api.environment.API_TOKEN: ***',
    'docker-compose.yml:8 api.environment.DATABASE: ***',
  ]);
  expect(report.found('secret-in-build-argument')).toMatchObject([{ service: 'web', line: 20, severity: 'warning' }]);
  expect(report.found('secret-in-environment')).toMatchObject([{ severity: 'info', evidence: 'api: PASSED_SECRET' }]);
  expect(inFile[0]!.remedy).toContain('secrets:');
});

describe('the project folder', () => {
  async function onDisk(size: string): Promise<FleetFolder> {
    const fleet = fleetFolder();
    await execa('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', fleet.root]);
    onTestFinished(async () => void (await execa('umount', [fleet.root])));
    await fleet.compose({ api: { image: 'x' } });
    await fleet.config();
    return fleet;
  }

  test('on a disk that is read-only, or full', async () => {
    const fleet = await onDisk('1m');
    expect((await doctor(fleet)).of('own-files')).toEqual([]);
    await execa('mount', ['-o', 'remount,ro', fleet.root]);
    const readOnly = await doctor(fleet);
    expect(readOnly.exitCode).toBe(2);
    expect(readOnly.found('read-only-folder')).toMatchObject([
      { severity: 'error', file: fleet.root, message: 'Cannot write to the project dir: the folder is read-only' },
    ]);
    await execa('mount', ['-o', 'remount,rw', fleet.root]);
    writeFileSync(join(fleet.root, 'fill'), Buffer.alloc(900 * 1024));
    expect((await doctor(fleet)).found('disk-full')).toMatchObject([{ severity: 'error', file: fleet.root }]);
  });

  test('logs that cannot be written are no reason to stop', async () => {
    const fleet = await fleetOf({ api: { image: 'x' } });
    expect((await doctor(fleet)).of('own-files')).toEqual([]);
    writeFileSync(join(fleet.root, 'logs'), 'a file where the folder of the logs belongs', { mode: 0o644 });
    const report = await doctor(fleet);
    expect(report.exitCode).toBe(0);
    expect(report.found('logs-not-writable')).toMatchObject([{ severity: 'warning', file: join(fleet.root, 'logs') }]);
  });

  test('that this user may not write to', async () => {
    const fleet = await fleetOf({ api: { image: 'x' } });
    await execa('chmod', ['-R', 'a+rX', fleet.root]);
    const argv = ['--reuid=65534', '--clear-groups', process.execPath, bundle(), 'doctor', '--json'];
    const end = await execa('setpriv', argv, { cwd: fleet.root, env: { HOME: fleet.root }, reject: false });
    expect(end.exitCode, end.stderr).toBe(2);
    const { checks } = JSON.parse(end.stdout) as { checks: CheckResult[] };
    expect(checks.find(({ check }) => check === 'own-files')!.findings).toMatchObject([
      { code: 'no-permission-to-write', severity: 'error', file: fleet.root },
    ]);
  });
});

describe('earlier phases and the list for before the builds', () => {
  test('an open phase, a backup that is not there, checks that fail or cannot be made, and text', async () => {
    const fleet = await fleetOf(
      { api: { image: 'x' }, web: { image: 'y' } },
      {
        ...CATEGORIES,
        validation: {
          pre_build: [
            { file: 'nowhere.txt' },
            { command: ['sh', '-c', 'echo not yet; exit 3'] },
            { http: '/health', service: 'api' },
            'Tell the people on call',
          ],
        },
      },
    );
    mkdirSync(join(fleet.root, 'backups/phase0_20260101_000000'), { recursive: true });
    await fleet.write({
      'REBUILD_STATUS.md':
        '# Rebuild\n\n| Phase | State |\n|---|---|\n| Phase 0 | 🔄 IN PROGRESS |\n| Phase 1 | PENDING |\n\nKept in backups/phase0_20260101_000000 and backups/phase0_20260204_111804/.\n',
    });
    const report = await doctor(fleet);
    expect(report.exitCode).toBe(2);
    expect(report.of('status-file')).toEqual(['earlier-phase-open', 'named-backup-missing']);
    expect(placesOf(fleet, report.check('status-file').findings)).toEqual(['REBUILD_STATUS.md:5', 'REBUILD_STATUS.md:8']);
    expect(report.found('named-backup-missing')[0]!.message).toContain('backups/phase0_20260204_111804');
    expect(report.of('pre-build')).toEqual([
      'listed-check-failed',
      'listed-check-failed',
      'listed-check-impossible',
      'listed-check-open',
    ]);
    expect(report.found('listed-check-failed').map(({ message }) => message)).toEqual([
      'nowhere.txt is there: it is not there',
      expect.stringContaining('exit 3'),
    ]);
    expect(report.found('listed-check-failed')[1]!.evidence).toBe('not yet');
  });
});

describe('without what it needs', () => {
  test('no engine: what can be looked at is, the rest says why not', async () => {
    const fleet = await fleetOf({ api: { image: 'x' } });
    const report = await doctor(fleet, [], { DOCKER_HOST: 'unix:///nowhere/docker.sock' });
    expect(report.exitCode).toBe(2);
    expect(report.check('own-files').outcome).toBe('passed');
    expect(report.check('lock')).toMatchObject({ outcome: 'passed', seen: 'free in this folder; the engine was not asked' });
    expect(report.check('leftovers').outcome).toBe('not-checked');
  });

  test('a broken configuration: its problems with their places, and what does not need it', async () => {
    const fleet = await fleetOf({ api: { image: 'x' } });
    await fleet.write({ 'slipway.yaml': 'phase: phase1\nbatsh: {}\n' });
    const report = await doctor(fleet);
    expect(report.exitCode).toBe(2);
    expect(report.of('configuration')).toEqual(['unknown-key']);
    expect(placesOf(fleet, report.found('unknown-key'))).toEqual(['slipway.yaml:2']);
    expect(report.check('lock').outcome).toBe('passed');
    expect(report.check('records').outcome).toBe('not-checked');
  });
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: Compose's own syntax.
