import type { Place } from '../../model/diagnostic.ts';
import type { CheckSpec, ListedCheck, ValidationSettings } from '../validation-types.ts';
import type { Path } from './located.ts';
import type { ParsedConfig } from './schema.ts';

type Parsed = ParsedConfig['validation'];
type ParsedCheck = Parsed['pre_build'][number];

const TIMEOUT_MS = 10_000;
const COMMAND_TIMEOUT_MS = 60_000;

/** `validation` as the rest of Slipway sees it; that each check asks for exactly one thing was checked. */
export function validationOf(parsed: Parsed, placeOf: (path: Path) => Place): ValidationSettings {
  const list = (key: 'pre_build' | 'post_build' | 'post_deployment') =>
    parsed[key].map((entry, i) => listedCheck(entry, placeOf(['validation', key, i])));
  const { log_errors: logErrors, limits, watch } = parsed;
  return {
    preBuild: list('pre_build'),
    postBuild: list('post_build'),
    postDeployment: list('post_deployment'),
    logErrors: {
      builtin: logErrors.builtin,
      patterns: logErrors.patterns,
      ignore: logErrors.ignore,
      contextLines: logErrors.context_lines,
    },
    limits: {
      memoryPercent: limits.memory_percent,
      cpuPercent: limits.cpu_percent,
      restarts: limits.restarts,
      responseTimeMs: limits.response_time,
    },
    watch: {
      windowMs: watch.duration,
      intervalMs: watch.interval,
      baseline: watch.baseline,
      errorFactor: watch.error_factor,
      latencyFactor: watch.latency_factor,
    },
  };
}

function listedCheck(entry: ParsedCheck, place: Place): ListedCheck {
  if (typeof entry === 'string') return { name: null, check: { kind: 'text', text: entry }, timeoutMs: TIMEOUT_MS, place };
  const check = specOf(entry);
  const timeoutMs = entry.timeout ?? (check.kind === 'command' ? COMMAND_TIMEOUT_MS : TIMEOUT_MS);
  return { name: entry.name ?? null, check, timeoutMs, place };
}

function specOf(entry: Exclude<ParsedCheck, string>): CheckSpec {
  const { http, tcp, command, healthy, file, disk, service, status = null, contains = null } = entry;
  if (http !== undefined) {
    const target = http.startsWith('/')
      ? ({ kind: 'service', service: service!, path: http } as const)
      : ({ kind: 'url', url: http } as const);
    return { kind: 'http', target, status, contains };
  }
  if (typeof tcp === 'number') return { kind: 'tcp', host: '127.0.0.1', port: tcp };
  if (tcp !== undefined) {
    const at = tcp.lastIndexOf(':');
    return { kind: 'tcp', host: tcp.slice(0, at), port: Number(tcp.slice(at + 1)) };
  }
  if (command !== undefined) return { kind: 'command', command, service: service ?? null };
  if (healthy !== undefined) return { kind: 'healthy', service: healthy };
  if (file !== undefined) return { kind: 'file', path: file };
  return { kind: 'disk', freeBytes: disk! };
}
