import type { OtelSettings } from '../../fleet/telemetry-types.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Attributes } from './span.ts';

/** An environment as `process.env` has it. */
type Environment = Readonly<Record<string, string | undefined>>;

/** Where and how traces are sent. Headers are secrets. */
export interface OtlpDestination {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly gzip: boolean;
  /** Files of certificates and key in PEM; null = the system's authorities and no certificate of our own. */
  readonly tlsFiles: { readonly ca: string | null; readonly cert: string | null; readonly key: string | null };
}

const DEFAULT_ENDPOINT = 'http://localhost:4318';
const TRACES_PATH = '/v1/traces';
const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Where traces go, by the configuration and by the variables that every OpenTelemetry exporter honours (specification, "OTLP exporter
 * configuration"; the one for traces wins). Ok with null: the variables switch traces off. An error says what cannot be used, without secrets.
 */
export function otlpDestination(settings: OtelSettings, env: Environment): Result<OtlpDestination | null, string> {
  if (env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER?.trim() === 'none') return ok(null);
  const url = urlOf(settings, env);
  if (!url.ok) return url;
  const headers = headersOf(settings, env);
  if (!headers.ok) return headers;
  const timeoutMs = settings.timeoutMs ?? Number(variable(env, 'TIMEOUT') ?? DEFAULT_TIMEOUT_MS);
  return ok({
    url: url.value,
    headers: headers.value,
    timeoutMs: timeoutMs > 0 ? Math.min(timeoutMs, MAX_TIMEOUT_MS) : DEFAULT_TIMEOUT_MS,
    gzip: variable(env, 'COMPRESSION') === 'gzip',
    tlsFiles: {
      ca: variable(env, 'CERTIFICATE'),
      cert: variable(env, 'CLIENT_CERTIFICATE'),
      key: variable(env, 'CLIENT_KEY'),
    },
  });
}

/** A request that takes longer is as good as lost: nobody waits five minutes for one. */
const MAX_TIMEOUT_MS = 60_000;

/** Who the traces say that they are from: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES over Slipway's own. */
export function resourceOf(version: string, env: Environment): Attributes {
  const given = pairs(env.OTEL_RESOURCE_ATTRIBUTES ?? '');
  const name = env.OTEL_SERVICE_NAME || given['service.name'] || 'slipway';
  return { 'service.version': version, ...given, 'service.name': name };
}

function urlOf({ endpoint }: OtelSettings, env: Environment): Result<URL, string> {
  if (endpoint !== null) return ok(withTracesPath(new URL(endpoint)));
  const protocol = variable(env, 'PROTOCOL');
  if (protocol === 'grpc')
    return err(
      'OTEL_EXPORTER_OTLP_PROTOCOL is grpc, and Slipway sends OTLP over HTTP: set it to http/json and the endpoint to the port for HTTP',
    );
  const whole = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?.trim();
  if (whole) return webUrl(whole, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  const base = webUrl(env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim() || DEFAULT_ENDPOINT, 'OTEL_EXPORTER_OTLP_ENDPOINT');
  return base.ok ? ok(withTracesPath(base.value)) : base;
}

function webUrl(text: string, name: string): Result<URL, string> {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^https?:$/.test(url.protocol)) return ok(url);
  return err(`${name} is no address that begins with https:// or http://`);
}

/** Who writes the whole path means it. */
function withTracesPath(url: URL): URL {
  const whole = new URL(url);
  if (!whole.pathname.endsWith(TRACES_PATH)) whole.pathname = `${whole.pathname.replace(/\/+$/, '')}${TRACES_PATH}`;
  return whole;
}

function headersOf({ headersEnv }: OtelSettings, env: Environment): Result<Readonly<Record<string, string>>, string> {
  if (headersEnv === null) return ok(pairs(variable(env, 'HEADERS') ?? ''));
  const text = env[headersEnv];
  if (text === undefined) return err(`the environment variable ${headersEnv} is not set`);
  const headers = pairs(text);
  if (text.trim() !== '' && Object.keys(headers).length === 0)
    return err(`the environment variable ${headersEnv} holds no headers; they are written as name=value,name=value`);
  return ok(headers);
}

function variable(env: Environment, name: string): string | null {
  return env[`OTEL_EXPORTER_OTLP_TRACES_${name}`]?.trim() || env[`OTEL_EXPORTER_OTLP_${name}`]?.trim() || null;
}

/** `a=b,c=d` with values encoded as in URLs (W3C baggage), as the specification has it for headers and attributes. */
function pairs(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split(',').flatMap((pair): [string, string][] => {
      const at = pair.indexOf('=');
      const key = pair.slice(0, at).trim();
      return at > 0 && key !== '' ? [[key, decoded(pair.slice(at + 1).trim())]] : [];
    }),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
