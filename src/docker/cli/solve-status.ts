/**
 * BuildKit's progress as `--progress=rawjson` streams it, one JSON object a line (buildkit `client/graph.go`, SolveStatus). Only what
 * Slipway reads.
 */
export interface SolveStatus {
  readonly vertexes: readonly Vertex[];
  readonly logs: readonly VertexLog[];
  readonly warnings: readonly string[];
}

/** One node of the build graph; it is told again whenever something about it changes. */
export interface Vertex {
  readonly digest: string;
  readonly name: string;
  readonly started: string | null;
  readonly completed: string | null;
  readonly cached: boolean;
  readonly error: string;
}

/** A piece of what a step wrote, not cut at line ends. */
export interface VertexLog {
  readonly vertex: string;
  readonly bytes: Buffer;
  readonly timestamp: string;
}

/** Reads one line; null = it is not such an object (buildx's own words, or a torn line). */
export function parseSolveStatus(line: string): SolveStatus | null {
  if (!line.startsWith('{')) return null;
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch {
    return null;
  }
  const status = raw as Record<string, unknown>;
  const known = ['vertexes', 'statuses', 'logs', 'warnings'].some((key) => Array.isArray(status[key]));
  if (!known) return null;
  return {
    vertexes: objects(status.vertexes).flatMap(vertexOf),
    logs: objects(status.logs).flatMap(logOf),
    warnings: objects(status.warnings).flatMap((w) => (typeof w.short === 'string' ? [decoded(w.short).toString('utf8')] : [])),
  };
}

/** Whether a line was meant to be a status: such a torn one is no message for the operator. */
export function looksLikeStatus(line: string): boolean {
  return /^\s*\{"(vertexes|statuses|logs|warnings)":/.test(line) || /"(vertex|digest)":"sha256:/.test(line);
}

type Raw = Readonly<Record<string, unknown>>;

function vertexOf(raw: Raw): readonly Vertex[] {
  if (typeof raw.digest !== 'string') return [];
  return [
    {
      digest: raw.digest,
      name: text(raw.name) ?? '',
      started: text(raw.started),
      completed: text(raw.completed),
      cached: raw.cached === true,
      error: text(raw.error) ?? '',
    },
  ];
}

function logOf(raw: Raw): readonly VertexLog[] {
  if (typeof raw.vertex !== 'string' || typeof raw.data !== 'string') return [];
  return [{ vertex: raw.vertex, bytes: decoded(raw.data), timestamp: text(raw.timestamp) ?? '' }];
}

function decoded(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function objects(value: unknown): readonly Raw[] {
  return Array.isArray(value) ? value.filter((item): item is Raw => typeof item === 'object' && item !== null) : [];
}
