import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../../src/fleet/config/load.ts';

const SECRET = 'T0AAAA/B0BBBB/c3cretpathofthehook';
const HOOK = `https://hooks.slack.com/services/${SECRET}`;

function monitoring(text: string) {
  const { config, diagnostics } = loadConfig(`monitoring:\n  ${text}\n`, 'slipway.yaml');
  expect(diagnostics).toEqual([]);
  return config!.settings.monitoring;
}

function problems(text: string) {
  const { config, diagnostics } = loadConfig(`monitoring:\n  ${text}\n`, 'slipway.yaml');
  expect(config).toBeNull();
  expect(JSON.stringify(diagnostics)).not.toContain('c3cret');
  return diagnostics.map((d) => `${d.line}:${d.column} ${d.code} | ${d.message}${d.remedy ? ` | ${d.remedy}` : ''}`);
}

describe('notifications', () => {
  test.each([
    [`{ webhook: "${HOOK}" }`, { kind: 'webhook', address: { kind: 'url', url: HOOK }, format: 'json' }],
    ['{ webhook_env: HOOK, format: slack }', { kind: 'webhook', address: { kind: 'env', name: 'HOOK' }, format: 'slack' }],
    ['{ webhook_file: secrets/hook }', { kind: 'webhook', address: { kind: 'file', path: 'secrets/hook' }, format: 'json' }],
    ['{ command: [./notify, "a b"] }', { kind: 'command', command: ['./notify', 'a b'] }],
  ])('%s', (written, to) =>
    expect(monitoring(`notifications: [${written}]`).notifications).toEqual([{ on: ['failure', 'completion'], to }]),
  );

  test('what they are about, each once', () => {
    const [only] = monitoring('notifications: [{ on: [wave, failure, wave], webhook_env: HOOK }]').notifications;
    expect(only!.on).toEqual(['wave', 'failure']);
  });

  test.each([
    [
      '[{ on: [failure] }]',
      '2:19 bad-notification | monitoring.notifications[0]: it names nobody to tell | add `webhook_env`, `webhook_file`, `webhook` or `command`',
    ],
    [
      '[{ webhook_env: A, command: [b] }]',
      '2:19 bad-notification | monitoring.notifications[0]: `webhook_env` and `command` exclude each other | make one entry of each',
    ],
    [
      '[{ command: [b], format: slack }]',
      '2:19 bad-notification | monitoring.notifications[0]: `format` is for webhooks: a command gets JSON | remove `format`',
    ],
    [
      '[{ on: [], webhook_env: A }]',
      '2:19 bad-notification | monitoring.notifications[0]: `on` is empty: it would never be sent | for example `on: [failure]`',
    ],
    [
      '[{ on: [failures], webhook_env: A }]',
      '2:26 unknown-value | monitoring.notifications[0].on[0]: expected one of `failure`, `completion`, `wave`, found "failures" | did you mean `failure`?',
    ],
    [
      '[{ webhook_env: $HOOK }]',
      '2:34 bad-name | monitoring.notifications[0].webhook_env: expected the name of an environment variable, found "$HOOK" | write `HOOK`',
    ],
    [
      '[{ webhook: $HOOK }]',
      '2:30 bad-url | monitoring.notifications[0].webhook: expected an address that begins with `https://` or `http://`, found another text | write `webhook_env: HOOK`: variables are not filled in here',
    ],
    [
      '[{ command: ./notify me }]',
      '2:30 command-not-a-list | monitoring.notifications[0].command: expected a command as a list of its words, found "./notify me" | write `["./notify", "me"]`',
    ],
    [
      '[{ webhok_env: A }]',
      '2:21 unknown-key | monitoring.notifications[0].webhok_env: there is no such key | did you mean `webhook_env`?',
    ],
    [
      '{ webhook_env: A }',
      '2:18 wrong-type | monitoring.notifications: expected a list, found a mapping | for example `[{ on: [failure], webhook_env: SLACK_WEBHOOK, format: slack }]`',
    ],
  ])('%s', (written, problem) => expect(problems(`notifications: ${written}`)).toEqual([problem]));

  test.each([
    [`[{ webhook: "hooks.slack.com/services/${SECRET}" }]`, 'put `https://` in front'],
    [`[{ webhok: "${HOOK}" }]`, 'did you mean `webhook`?'],
    [`[{ webhook: "${HOOK}", formt: slack }]`, 'did you mean `format`?'],
    [`["${HOOK}"]`, 'a mapping'],
    [`"${HOOK}"`, 'a list'],
    [`[{ webhook: ["${HOOK}"] }]`, 'found a list'],
    [`[{ webhook: ftp://a:c3cret@b/${SECRET} }]`, 'another text'],
  ])('the address is in no message and no excerpt: %s', (written, says) => {
    expect(problems(`notifications: ${written}`).join()).toContain(says);
  });
});

describe('otel', () => {
  test.each([
    ['false', null],
    ['true', { endpoint: null, headersEnv: null, timeoutMs: null }],
    [
      '{ endpoint: "https://otel.example.com", headers_env: OTEL_KEY, timeout: 3s }',
      { endpoint: 'https://otel.example.com', headersEnv: 'OTEL_KEY', timeoutMs: 3000 },
    ],
    ['{ headers_env: OTEL_KEY }', { endpoint: null, headersEnv: 'OTEL_KEY', timeoutMs: null }],
  ])('%s', (written, settings) => expect(monitoring(`otel: ${written}`).otel).toEqual(settings));

  test.each([
    [
      'yes',
      '2:9 wrong-type | monitoring.otel: expected `true`, `false` or a mapping such as `{ endpoint: "http://localhost:4318" }`, found "yes" | write `true`',
    ],
    [
      '{ endpoint: collector:4318 }',
      '2:21 bad-url | monitoring.otel.endpoint: expected the address of a collector, such as `http://localhost:4318`, found another text | put `http://` in front',
    ],
    ['{ endpont: a }', '2:11 unknown-key | monitoring.otel.endpont: there is no such key | did you mean `endpoint`?'],
    [
      '{ timeout: 5 }',
      '2:20 bad-duration | monitoring.otel.timeout: expected a duration such as `30s`, `1m30s` or `500ms`, found 5 | write the unit: `5s`',
    ],
    [
      `"http://a:c3cret@b"`,
      '2:9 wrong-type | monitoring.otel: expected `true`, `false` or a mapping such as `{ endpoint: "http://localhost:4318" }`, found "http://*********b" | write `{ endpoint: ... }`',
    ],
  ])('%s', (written, problem) => expect(problems(`otel: ${written}`)).toEqual([problem]));
});

describe('the older dialect', () => {
  function older(text: string) {
    const { config, diagnostics } = loadConfig(`batch_config: {}\nmonitoring: { notifications: ${text} }\n`, 'o');
    expect(JSON.stringify(diagnostics)).not.toContain('c3cret');
    return {
      told: config?.settings.monitoring.notifications,
      seen: diagnostics.map((d) => `${d.line}:${d.column} ${d.severity} ${d.code}`),
    };
  }

  test('switches and addresses become one entry for each address', () => {
    const { told, seen } = older(
      `{ enabled: true, on_failure: true, on_success: false, slack_webhook: "${HOOK}", webhook_env: A }`,
    );
    expect(told).toEqual([
      { on: ['failure'], to: { kind: 'webhook', address: { kind: 'env', name: 'A' }, format: 'json' } },
      { on: ['failure'], to: { kind: 'webhook', address: { kind: 'url', url: HOOK }, format: 'slack' } },
    ]);
    expect(seen).toEqual([]);
  });

  test.each([
    ['{ enabled: false, slack_webhook: https://a/c3cret }', ['2:15 info not-carried-over']],
    ['{ enabled: true, on_failure: false, webhook_url: https://a/c3cret }', ['2:15 info not-carried-over']],
    ['{ enabled: true, webhook_url: "" }', ['2:15 warning not-carried-over']],
    ['{ on_failure: true, email: me }', ['2:15 warning not-carried-over', '2:50 warning not-carried-over']],
  ])('%s tells nobody and is no error', (text, remarks) => {
    expect(older(text)).toEqual({ told: [], seen: remarks });
  });

  test('a bad address is an error at its place', () => {
    expect(older('{ on_failure: true, webhook_url: a.example.com/c3cret }')).toEqual({
      told: undefined,
      seen: ['2:63 error bad-url'],
    });
  });

  test('a list is in the current form', () => {
    expect(older('[{ webhook_env: A }]').told).toHaveLength(1);
  });

  test('traces too', () => {
    const { config } = loadConfig('batch_config: {}\nmonitoring: { otel: true }', 'o');
    expect(config!.settings.monitoring.otel).not.toBeNull();
  });
});
