import { expect, test } from 'vitest';
import { otlpDestination, resourceOf } from '../../../../src/telemetry/otlp/destination.ts';
import { must, mustFail } from '../../../support/journal.ts';

const ON = { endpoint: null, headersEnv: null, timeoutMs: null };

function destination(settings: Partial<typeof ON> | object, env: Record<string, string> = {}) {
  const found = must(otlpDestination({ ...ON, ...settings }, env));
  return found && { ...found, url: found.url.href };
}

test.each([
  [{}, {}, 'http://localhost:4318/v1/traces'],
  [{ endpoint: 'https://o.example.com' }, {}, 'https://o.example.com/v1/traces'],
  [{ endpoint: 'https://o.example.com/otlp/' }, {}, 'https://o.example.com/otlp/v1/traces'],
  [{ endpoint: 'https://o.example.com/otlp/v1/traces' }, {}, 'https://o.example.com/otlp/v1/traces'],
  [{}, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/' }, 'http://c:4318/v1/traces'],
  [{}, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c:4318/own', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://d' }, 'http://c:4318/own'],
  [{ endpoint: 'http://a' }, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c' }, 'http://a/v1/traces'],
])('%j with %j goes to %s', (settings, env, url) => expect(destination(settings, env)?.url).toBe(url));

test('headers, time-out, compression and TLS files, those for traces before those for all', () => {
  expect(
    destination(ON, {
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b,x=1=2',
      OTEL_EXPORTER_OTLP_TIMEOUT: '3000',
      OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '4000',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_EXPORTER_OTLP_CERTIFICATE: 'ca.pem',
    }),
  ).toMatchObject({
    headers: { 'api-key': 'a b', x: '1=2' },
    timeoutMs: 4000,
    gzip: true,
    tlsFiles: { ca: 'ca.pem', cert: null, key: null },
  });
  expect(destination({ timeoutMs: 2000 }, { OTEL_EXPORTER_OTLP_TIMEOUT: '3000' })!.timeoutMs).toBe(2000);
  expect(destination(ON, { OTEL_EXPORTER_OTLP_TIMEOUT: 'soon' })!.timeoutMs).toBe(10_000);
  expect(destination({ headersEnv: 'KEY' }, { KEY: 'a=b', OTEL_EXPORTER_OTLP_HEADERS: 'c=d' })!.headers).toEqual({ a: 'b' });
});

test.each([{ OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none' }])('%j switches it off', (env) => {
  expect(destination(ON, env)).toBeNull();
});

test.each([
  [{}, { OTEL_EXPORTER_OTLP_ENDPOINT: 'c3cret:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT is no address'],
  [{ headersEnv: 'KEY' }, {}, 'the environment variable KEY is not set'],
  [{ headersEnv: 'KEY' }, { KEY: 'c3cret' }, 'the environment variable KEY holds no headers'],
  [{}, { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'Slipway sends OTLP over HTTP'],
])('%j with %j cannot be used, and no value is repeated', (settings, env, why) => {
  const problem = mustFail(otlpDestination({ ...ON, ...settings }, env));
  expect(problem).toContain(why);
  expect(problem).not.toContain('c3cret');
});

test('who sends', () => {
  expect(resourceOf('1.2.3', {})).toEqual({ 'service.version': '1.2.3', 'service.name': 'slipway' });
  const env = { OTEL_RESOURCE_ATTRIBUTES: 'service.name=x,deployment.environment=prod%201', OTEL_SERVICE_NAME: 'y' };
  expect(resourceOf('1', env)).toEqual({ 'service.version': '1', 'service.name': 'y', 'deployment.environment': 'prod 1' });
});
