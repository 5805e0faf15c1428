import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadFleet } from '../../../src/fleet/load.ts';
import { err, ok } from '../../../src/model/result.ts';
import { codes, fleetOf, loadWith, model, serviceOf } from '../../support/compose-fleet.ts';
import { folderWith } from '../../support/folder.ts';

const COMPOSE = `services:
  web:
    build: ./web
    env_file: [web.env, {path: other.env, required: false}]
  calendar:
    build:
      context: .
      dockerfile: docker/calendar.Dockerfile
`;

describe('without a configuration', () => {
  it('makes one category `other` of the Compose project, in the order of its file', async () => {
    const root = folderWith({ 'compose.yaml': 'services:\n  web: {image: w}\n  api: {image: a}\n' });
    const fleet = fleetOf(await loadWith(root, { '': model('api: {image: a}\nweb: {image: w}') }));
    expect(fleet.services.map((s) => [s.key, s.category])).toEqual([
      ['web', 'other'],
      ['api', 'other'],
    ]);
    expect(fleet).toMatchObject({ root, configFile: null, projects: [{ name: 'shop', files: [join(root, 'compose.yaml')] }] });
  });

  it('says that there is no Compose file', async () => {
    const root = folderWith();
    const loaded = await loadWith(root, {}, { projectDir: root });
    expect(loaded).toMatchObject({
      fleet: null,
      diagnostics: [{ code: 'no-compose-file', remedy: expect.stringContaining('compose.yaml') }],
    });
  });

  it('reads COMPOSE_FILE of the .env file, as Compose does', async () => {
    const root = folderWith({ 'compose.yaml': '', 'a.yaml': '', 'b.yaml': '', '.env': 'COMPOSE_FILE=a.yaml:b.yaml\n' });
    const fleet = fleetOf(await loadWith(root, { '': model('a: {image: a}') }));
    expect(fleet.projects[0]!.files).toEqual([join(root, 'a.yaml'), join(root, 'b.yaml')]);
  });

  it('fills in the variables of the .env file, also in what Compose itself reads there', async () => {
    const lines = [
      'export STAGE="prod"',
      'EMPTY=',
      'SELF=$SELF$SELF',
      `COMPOSE_FILE="a.yaml:b.\${STAGE}.yaml:\${EMPTY:-c}.yaml"`,
      `COMPOSE_PROFILES= debug, $STAGE ,\${NO-local}$SELF\r`,
    ];
    const root = folderWith({ 'a.yaml': '', 'b.prod.yaml': '', 'c.yaml': '', '.env': lines.join('\n') });
    const fleet = fleetOf(await loadWith(root, { '': model('a: {image: a}') }, { projectDir: root }));
    expect(fleet.projects[0]).toMatchObject({
      files: ['a.yaml', 'b.prod.yaml', 'c.yaml'].map((file) => join(root, file)),
      profiles: ['debug', 'prod', 'local'],
    });
  });

  it('takes an env file that is a folder for one that sets nothing', async () => {
    const root = folderWith({ 'compose.yaml': '', '.env/x': '' });
    expect(fleetOf(await loadWith(root, { '': model('a: {image: a}') })).services).toHaveLength(1);
  });
});

describe('what is missing', () => {
  it('names env file, build folder and Dockerfile, each with the place in the Compose file', async () => {
    const root = folderWith({ 'compose.yaml': COMPOSE });
    const services = model(`
web: {build: {context: ${root}/web}, env_file: [{path: ${root}/web.env}, {path: ${root}/other.env, required: false}]}
calendar: {build: {context: ${root}, dockerfile: docker/calendar.Dockerfile}}`);
    const loaded = await loadWith(root, { '': services });
    expect(loaded.fleet).toBeNull();
    const found = loaded.diagnostics.map((d) => [d.code, d.service, d.line, d.column]);
    expect(found).toEqual([
      ['missing-env-file', 'web', 4, 5],
      ['missing-build-context', 'web', 3, 5],
      ['missing-dockerfile', 'calendar', 8, 7],
    ]);
    expect(loaded.diagnostics[0]).toMatchObject({
      message: expect.stringContaining(join(root, 'web.env')),
      file: join(root, 'compose.yaml'),
    });
    expect(loaded.diagnostics[0]!.evidence).toContain('env_file: [web.env');
  });

  it('is no error for a service that the configuration leaves alone', async () => {
    const root = folderWith({ 'compose.yaml': COMPOSE, 'slipway.yaml': 'categories: {core: {services: [{name: calendar}]}}' });
    const loaded = await loadWith(root, { '': model(`web: {build: {context: ${root}/web}}\ncalendar: {image: c}`) });
    expect(codes(loaded)).toEqual(['warning missing-build-context web', 'info service-in-no-category']);
    expect(loaded.fleet).not.toBeNull();
  });

  it('names the service of a missing env file when Compose refuses to render', async () => {
    const root = folderWith({ 'compose.yaml': COMPOSE });
    const message = `env file ${root}/web.env not found: stat ${root}/web.env: no such file or directory`;
    const loaded = await loadFleet({ cwd: root, projectDir: null, configFile: null, envFiles: [], profiles: [] }, async () =>
      err({ code: 'rejected', message, remedy: 'correct it' }),
    );
    expect(loaded.diagnostics.map((d) => [d.code, d.service, d.line])).toEqual([['missing-env-file', 'web', 4]]);
  });

  it('reports missing Compose, env and project files of the configuration together', async () => {
    const root = folderWith({
      'slipway.yaml':
        'fleet:\n  projects:\n    - {name: a, files: [no.yaml], env_files: [no.env]}\n    - {name: b, directory: gone}\n',
    });
    expect(codes(await loadWith(root, {}))).toEqual([
      'error missing-compose-file',
      'error missing-env-file',
      'error no-project-dir',
    ]);
  });
});

describe('what Compose rejects', () => {
  it('is said in its own words, at the service it names', async () => {
    const root = folderWith({ 'compose.yaml': COMPOSE });
    const message = 'service "calendar" depends on undefined service "x": invalid compose project';
    const loaded = await loadFleet({ cwd: root, projectDir: null, configFile: null, envFiles: [], profiles: [] }, async () =>
      err({ code: 'rejected', message, remedy: 'correct it' }),
    );
    expect(loaded).toMatchObject({
      fleet: null,
      diagnostics: [{ code: 'compose-rejected', message, line: 5, remedy: 'correct it' }],
    });
  });

  it('keeps the code of an engine that does not answer', async () => {
    const root = folderWith({ 'compose.yaml': COMPOSE });
    const loaded = await loadFleet({ cwd: root, projectDir: null, configFile: null, envFiles: [], profiles: [] }, async () =>
      err({ code: 'no-engine', message: 'Cannot connect', remedy: 'start it' }),
    );
    expect(codes(loaded)).toEqual(['error no-engine']);
  });
});

describe('names of the configuration', () => {
  const services = model(
    'calendar: {image: c}\nweather-api: {image: w, container_name: meteo}\nx1: {image: x, ports: [{target: 1, published: "8009"}]}',
  );
  const remedyFor = async (entry: string) => {
    const root = folderWith({ 'compose.yaml': '', 'slipway.yaml': `categories: {core: {services: [${entry}]}}` });
    const { diagnostics } = await loadWith(root, { '': services });
    return diagnostics.find((d) => d.code === 'unknown-service')?.remedy;
  };

  it.each([
    ['{name: calender}', 'calendar'],
    ['{name: calendar-service}', 'calendar'],
    ['{name: meteo}', 'weather-api'],
    ['{name: forecast, port: 8009}', 'x1'],
  ])('%s means %s', async (entry, meant) => expect(await remedyFor(entry)).toContain(`Did you mean \`${meant}\`?`));

  it('lists what there is when nothing is near', async () => {
    expect(await remedyFor('{name: zzz}')).toBe('There are calendar, weather-api, x1');
  });

  it('reports all problems of configuration and model in one run', async () => {
    const root = folderWith({
      'compose.yaml': 'services: {calendar: {image: c}}\n',
      'slipway.yaml':
        'phase: [1]\ncategories:\n  core:\n    services:\n      - name: calender\n      - {name: calendar, port: many}\n',
    });
    const found = codes(await loadWith(root, { '': model('calendar: {build: {context: /slipway/none}}') }));
    expect(found.filter((code) => code.startsWith('error')).length).toBeGreaterThanOrEqual(4);
    expect(found).toEqual(expect.arrayContaining(['error unknown-service calender', 'error missing-build-context calendar']));
  });

  it('points at the configuration with an excerpt and a caret', async () => {
    const root = folderWith({
      'compose.yaml': '',
      'slipway.yaml': 'categories:\n  core:\n    services:\n      - name: calender\n',
    });
    const { diagnostics } = await loadWith(root, { '': services });
    expect(diagnostics[0]).toMatchObject({ code: 'unknown-service', file: join(root, 'slipway.yaml'), line: 4 });
    expect(diagnostics[0]!.evidence).toMatch(/name: calender\n.*\^+$/);
  });

  it('loads the older dialect against the model too', async () => {
    const older =
      'service_categories:\n  ai_ml:\n    count: 1\n    services:\n      - {name: calender, port: 8001, type: python}\n';
    const loaded = await loadWith(folderWith({ 'compose.yaml': '', 'slipway.yaml': older }), { '': services });
    expect(codes(loaded)).toContain('error unknown-service calender');
  });
});

describe('several projects', () => {
  const projects = 'fleet: {projects: [{name: one, files: [a.yaml]}, {name: two, files: [b.yaml]}], depends_on: {DEPENDS}}';
  const load = (dependsOn: string, categories = '') =>
    loadWith(
      folderWith({ 'slipway.yaml': `${projects.replace('DEPENDS', dependsOn)}\n${categories}`, 'a.yaml': '', 'b.yaml': '' }),
      { one: model('api: {image: a}\nui: {image: u}', 'one'), two: model('api: {image: b}\ndb: {image: d}', 'two') },
    );

  it('keys services by project and adds the edges that Compose cannot express', async () => {
    const fleet = fleetOf(await load('one/ui: [two/api, db]'));
    expect(fleet.services.map((s) => s.key)).toEqual(['one/api', 'one/ui', 'two/api', 'two/db']);
    expect(serviceOf(fleet, 'one/ui').dependsOn).toEqual([
      { to: 'two/api', condition: 'healthy', required: true, restart: false, source: 'fleet' },
      { to: 'two/db', condition: 'healthy', required: true, restart: false, source: 'fleet' },
    ]);
  });

  it('reports edges to and from nothing, and a bare name that two projects have', async () => {
    const found = codes(
      await load('one/ui: [two/apy]', 'categories: {core: {services: [{name: api}, {name: ui}, {name: one/ui}]}}'),
    );
    expect(found.filter((code) => code.startsWith('error'))).toEqual([
      'error ambiguous-service api',
      'error duplicate-service one/ui',
      'error unknown-service two/apy',
    ]);
  });

  it('refuses two projects of one name, whoever gave it', async () => {
    const root = folderWith({
      'slipway.yaml': 'fleet: {projects: [{files: [a.yaml]}, {files: [b.yaml]}]}',
      'a.yaml': '',
      'b.yaml': '',
    });
    expect(codes(await loadWith(root, { '': model('a: {image: a}') }))).toContain('error duplicate-project');
  });

  it('does not call every name unknown when one project cannot be rendered', async () => {
    const root = folderWith({
      'slipway.yaml':
        'fleet: {projects: [{name: one, files: [a.yaml]}, {name: two, files: [b.yaml]}]}\ncategories: {c: {services: [{name: two/x}]}}',
      'a.yaml': '',
      'b.yaml': '',
    });
    const loaded = await loadFleet(
      { cwd: root, projectDir: null, configFile: null, envFiles: [], profiles: [] },
      async ({ name }) =>
        name === 'one'
          ? ok({ model: model('a: {image: a}', 'one'), warnings: [] })
          : err({ code: 'rejected', message: 'no', remedy: 'mend' }),
    );
    expect(codes(loaded)).toEqual(['error compose-rejected']);
  });
});

describe('tags and categories', () => {
  it('tells what runs one tag, and warns when it is built in two ways', async () => {
    const root = folderWith({ 'compose.yaml': '' });
    writeFileSync(join(root, 'Dockerfile'), 'FROM scratch\n');
    const build = (target: string) => `{image: acme/app, build: {context: ${root}, target: ${target}}}`;
    expect(codes(await loadWith(root, { '': model(`a: ${build('x')}\nb: {image: acme/app}`) }))).toEqual([
      'info two-services-one-tag',
    ]);
    expect(codes(await loadWith(root, { '': model(`a: ${build('x')}\nb: ${build('y')}`) }))).toEqual([
      'warning two-builds-one-tag',
    ]);
    expect(codes(await loadWith(root, { '': model('a: {image: redis}\nb: {image: redis}') }))).toEqual([]);
  });

  it('names the services of no category in one line', async () => {
    const root = folderWith({ 'compose.yaml': '', 'slipway.yaml': 'categories: {core: {services: [{name: b}]}}' });
    const loaded = await loadWith(root, { '': model('a: {image: a}\nb: {image: b}\nc: {image: c}') });
    expect(loaded.diagnostics).toMatchObject([{ code: 'service-in-no-category', message: 'In no category: a, c' }]);
    expect(fleetOf(loaded).services.map((s) => [s.key, s.category])).toEqual([
      ['b', 'core'],
      ['a', null],
      ['c', null],
    ]);
  });
});
