import { describe, expect, test } from 'vitest';
import type { ComposeModel } from '../../../src/fleet/types.ts';
import { createRedactor } from '../../../src/journal/redact.ts';
import { isSecretName, secretValues } from '../../../src/journal/secret-values.ts';

function model(environment: Record<string, string | null>, args: Record<string, string> = {}): ComposeModel {
  return { name: 'homeiq', services: { influxdb: { image: 'influxdb:2', environment, build: { context: '/x', args } } } };
}

test.each([
  'DB_PASSWORD',
  'POSTGRES_PASSWORD',
  'INFLUXDB_TOKEN',
  'apiKey',
  'API_KEY',
  'APIKEY',
  'client-secret',
  'SECRET_KEY_BASE',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'SENTRY_DSN',
  'JWT_SECRET',
  'GITHUB_PAT',
  'DOCKER_INFLUXDB_INIT_ADMIN_TOKEN',
  'MQTT_PASS',
  'GOOGLE_CREDENTIALS',
  'dbpassword',
])('%s holds a secret', (name) => {
  expect(isSecretName(name)).toBe(true);
});

test.each([
  'PASSWORD_FILE',
  'TOKEN_TTL',
  'KEY_LENGTH',
  'KEYBOARD',
  'AUTHOR',
  'DATABASE_URL',
  'MONKEY',
  'COMPASS',
  'PATH',
  'AUTH_ENABLED',
  'TOKEN_URL',
  'PATTERN',
])('%s does not', (name) => {
  expect(isSecretName(name)).toBe(false);
});

describe('values', () => {
  const values = (environment: Record<string, string | null>) => [...secretValues([model(environment)])];

  test('of telling names, of build arguments, and the passwords of URLs, encoded and not', () => {
    const found = secretValues([
      model(
        { API_TOKEN: 'tok-12345', PLAIN: 'visible-value', DATABASE_URL: 'postgres://app:p%40ss-word@db/x' },
        { NPM_TOKEN: 'npm_abcdef' },
      ),
    ]);
    expect([...found].sort()).toEqual(['npm_abcdef', 'p%40ss-word', 'p@ss-word', 'tok-12345']);
  });

  test('a weak password is still one', () => {
    expect(values({ ADMIN_PASSWORD: 'admin123' })).toEqual(['admin123']);
  });

  test.each(['', 'true', 'abc', '12345', '8443', 'changeme', 'password', 'influxdb', 'homeiq', 'ADMIN_PASSWORD'])(
    '%j is no secret: too short, a number, a common word, or a name that stands in the open',
    (value) => {
      expect(values({ ADMIN_PASSWORD: value })).toEqual([]);
    },
  );

  test('a key of several lines counts line by line, without its frame', () => {
    const pem = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----\n';
    expect(values({ TLS_KEY: pem })).toEqual(['MIIEvQIBADANBg', 'kqhkiG9w0BAQEF']);
  });
});

describe('texts', () => {
  const redactor = createRedactor([model({ API_TOKEN: 'tok"12/345' })], ['from-a-file']);

  test.each([
    ['a value', 'login with tok"12/345 failed', 'login with *** failed'],
    ['a value in JSON', '{"t":"tok\\"12/345"}', '{"t":"***"}'],
    ['a value in a URL', 'GET /?t=tok%2212%2F345', 'GET /?t=***'],
    ['a value from elsewhere', 'xfrom-a-filex', 'x***x'],
    ['an assignment', 'ENV DB_PASSWORD=hunter2 PORT=80', 'ENV DB_PASSWORD=*** PORT=80'],
    ['a quoted assignment', 'export API_KEY="a b c" X=1', 'export API_KEY=*** X=1'],
    ['a JSON field', '{"password": "pg", "user": "app"}', '{"password": "***", "user": "app"}'],
    ['an option', 'mysql --password hunter2 -u app', 'mysql --password *** -u app'],
    ['a header', 'Authorization: Bearer abc.def.ghi', 'Authorization: Bearer ***'],
    ['the password of any URL', 'clone https://me:ghp_x@github.com/a/b', 'clone https://me:***@github.com/a/b'],
  ])('%s is hidden', (_, text, hidden) => {
    expect(redactor.text(text)).toBe(hidden);
  });

  test.each([
    'SyntaxError: Unexpected token: )',
    'password authentication failed for user "app"',
    'RUN --mount=type=secret,id=npm npm ci',
    'sha256:abc key not found',
    'http://localhost:8080/health',
  ])('%j stays readable', (text) => {
    expect(redactor.text(text)).toBe(text);
  });

  test('without any secret known, texts pass unchanged', () => {
    expect(createRedactor([]).text('plain')).toBe('plain');
  });
});

describe('streams', () => {
  test('whole lines come out at once, the rest at the end', () => {
    const stream = createRedactor([], ['secret-value']).stream();
    expect([stream.push('one\ntwo secret-'), stream.push('value\nthree'), stream.end()]).toEqual(['one\n', 'two ***\n', 'three']);
  });

  test('an endless line is let through in parts, and a secret across the cut is still found', () => {
    const stream = createRedactor([], ['secret-value']).stream();
    let out = '';
    const chunk = 'x'.repeat(1021);
    for (let i = 0; i < 200; i += 1) out += stream.push(`${chunk}secret-value`);
    expect(out.length).toBeGreaterThan(100_000);
    expect(out + stream.end()).toBe(`${chunk}***`.repeat(200));
  });
});

// Linear work takes a part of a second; a pattern that backtracks would run into the time-out of the tier.
test('two hundred secrets in a megabyte of hostile log: nothing backtracks', () => {
  const redactor = createRedactor(
    [],
    Array.from({ length: 200 }, (_, i) => `secret-${i}-${'z'.repeat(i % 30)}`),
  );
  const lines = [
    'secret-'.repeat(300),
    'a-'.repeat(1000),
    'token'.repeat(400),
    '://:'.repeat(500),
    `"${'password'.repeat(200)}`,
    '='.repeat(2000),
  ];
  const text = `${lines.join('\n')}\n`.repeat(90);
  expect(text.length).toBeGreaterThan(900_000);
  expect(redactor.text(text)).toContain('token');
});
