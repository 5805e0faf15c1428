/** What a health check asks, as far as it can be read from its text. */
export type CheckRead =
  /** `port` is the one inside the container; null = it comes from a variable. */
  | { readonly kind: 'http'; readonly secure: boolean; readonly port: number | null; readonly path: string }
  | { readonly kind: 'tcp'; readonly port: number }
  /** Anything else: a program that knows its service better than a request would. */
  | { readonly kind: 'command'; readonly program: string };

/** Hosts by which a container means itself. */
const SELF = ['localhost', '127\\.0\\.0\\.1', '0\\.0\\.0\\.0', '\\[::1?\\]', '\\$\\$?\\{?HOSTNAME\\}?'];
/** A port as a number, or as whatever a language puts a variable in with: `$PORT`, `${PORT:-80}`, `{port}`, `%s`. */
const PORT = ':(?:(\\d+)|[^/\\s"\'`]{1,40})';
const PATH = '(/[^\\s"\'`\\\\)|;,<>]*)?';

/** Reads a `test` as Compose renders it; `names` are others by which the service may call itself. Null = it checks nothing. */
export function readCheck(test: readonly string[], names: readonly string[] = []): CheckRead | null {
  const [kind, ...words] = test;
  if (kind === undefined || kind === 'NONE' || words.length === 0) return null;
  // Compose doubles the dollar signs that are meant for the shell in the container.
  const text = words.join(' ').replaceAll('$$', '$');
  return readHttp(text, names) ?? readTcp(text) ?? { kind: 'command', program: programOf(text) };
}

/** The request that a command line or a script makes to its own container; null when none can be seen. */
export function readHttp(text: string, names: readonly string[] = []): Extract<CheckRead, { kind: 'http' }> | null {
  return readUrl(text, names) ?? readRequest(text);
}

/** `http://localhost:8000/health`, or `localhost:3000/ready` as curl and wget take it. */
function readUrl(text: string, names: readonly string[]): Extract<CheckRead, { kind: 'http' }> | null {
  const hosts = [...SELF, ...names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))].join('|');
  const url = new RegExp(`(https?)://(?:${hosts}|\\{[^}]{1,40}\\})(?:${PORT})?${PATH}`, 'i').exec(text);
  const bare = url ? null : new RegExp(`(?:^|[\\s"'])(?:${hosts})(?:${PORT})${PATH}`, 'i').exec(text);
  if (bare && !/\b(?:curl|wget|http|httpie|xh)\b/.test(text)) return null;
  const [port, path] = url ? url.slice(2) : bare ? bare.slice(1) : [];
  if (!url && !bare) return null;
  const secure = url?.[1]?.toLowerCase() === 'https';
  const assumed = secure ? 443 : 80;
  const withPort = new RegExp(`(?:${hosts}|\\})${PORT}`, 'i').test((url ?? bare)![0]);
  return { kind: 'http', secure, port: port ? Number(port) : withPort ? null : assumed, path: cleanPath(path) };
}

/** `GET /health HTTP/1.0`, `request("GET", "/health")` or `path: '/health'` of a client's options. */
function readRequest(text: string): Extract<CheckRead, { kind: 'http' }> | null {
  const path =
    /\b(?:GET|HEAD) (\/\S*) HTTP\//.exec(text)?.[1] ??
    /\brequest\(\s*["'](?:GET|HEAD)["'],\s*["'](\/[^"']*)["']/.exec(text)?.[1] ??
    /\bpath:\s*["'](\/[^"']*)["']/.exec(text)?.[1];
  if (path === undefined) return null;
  const port =
    /\bport:\s*(\d+)/.exec(text)?.[1] ?? /HTTPConnection\(\s*["'](?:localhost|127\.0\.0\.1)["'],\s*(\d+)/.exec(text)?.[1];
  return { kind: 'http', secure: false, port: port ? Number(port) : null, path: cleanPath(path) };
}

/** `nc -z localhost 5672`, `bash -c '</dev/tcp/localhost/5672'`, `pg_isready` is none of these. */
function readTcp(text: string): Extract<CheckRead, { kind: 'tcp' }> | null {
  const netcat = /\b(?:nc|ncat|netcat)\b(?:\s+-\w+(?:[ =]\d+)?)*\s+(?:localhost|127\.0\.0\.1|0\.0\.0\.0)\s+(\d+)/.exec(text);
  const device = /\/dev\/tcp\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0)\/(\d+)/.exec(text);
  const port = netcat?.[1] ?? device?.[1];
  return port === undefined ? null : { kind: 'tcp', port: Number(port) };
}

/** What is asked for as far as it is fixed: a path with a variable in it ends before that. */
function cleanPath(path: string | undefined): string {
  const fixed = /^[^${}%]*/.exec(path ?? '')?.[0] ?? '';
  return fixed === '' ? '/' : fixed;
}

/** The program's name without its folder; what only prepares the call (a shell, a time limit) is passed over. */
function programOf(text: string): string {
  const found = text
    .split(/[\s;|&]+/)
    .find((word) => word !== '' && !/^(?:-.*|.*=.*|(?:.*\/)?(?:sh|bash|ash|timeout|exec|env)|\d+s?)$/.test(word));
  return (found ?? text).replace(/^["'(]+|["')]+$/g, '').replace(/^.*\//, '');
}
