/** A build's or pull's failure in the tools' own words. */
export interface FailureWords {
  /** The error itself. */
  readonly message: string;
  /** The Dockerfile step that failed, if one did. */
  readonly step: string | null;
  /** The last lines that the step wrote. */
  readonly output: readonly string[];
}

/** The network or the registry, not the input: messages of Go's net, net/http and containerd's resolver. */
const NETWORK = [
  /\b(5\d\d|429) (Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out|Too Many Requests)/i,
  /unexpected status(?: code)?[^\n]*\b(5\d\d|429)\b/i,
  /received unexpected HTTP status:? (5\d\d|429)\b/i,
  /toomanyrequests|too many requests|rate limit exceeded/i,
  /connection reset by peer|connection refused|broken pipe|connection timed out|network is unreachable|no route to host/i,
  /i\/o timeout|TLS handshake timeout|Client\.Timeout exceeded|request canceled while waiting for connection/i,
  /temporary failure in name resolution|server misbehaving|no such host/i,
  /unexpected EOF|http2: (server sent GOAWAY|client connection lost)|stream error: stream ID \d+; INTERNAL_ERROR/i,
  /error reading from server: EOF|transport is closing/i,
];

/** Package managers saying the same inside a RUN step. A failing test may print any of NETWORK's words, so those do not count here. */
const FETCH_IN_STEP = [
  // apt
  /^(E: Failed to fetch|Err:\d+) .*/i,
  /Temporary failure resolving '/i,
  /Could not connect to \S+:\d+.*(timed out|refused|reset)/i,
  // pip
  /WARNING: Retrying \(Retry\(total=0/,
  /pip\._vendor\.urllib3\.exceptions\.(ReadTimeoutError|ProtocolError|NewConnectionError)/,
  // npm, yarn, pnpm
  /npm (ERR!|error) code (ECONNRESET|ETIMEDOUT|EAI_AGAIN|ECONNREFUSED|ERR_SOCKET_TIMEOUT|E5\d\d|E429)/,
  /npm (ERR!|error) network /i,
  /ERR_PNPM_(FETCH_5\d\d|META_FETCH_FAIL)/,
  // apk, curl, wget, git, go
  /WARNING: (fetching|updating and opening) \S+: (temporary error|network error|connection)/i,
  /^curl: \((5|6|7|18|28|35|52|55|56)\) /,
  /wget: (unable to resolve host|server returned error: HTTP\/1\.[01] 5\d\d|can't connect to remote host|download timed out)/i,
  /fatal: unable to access '\S+': (Could not resolve host|Failed to connect|Recv failure|.*timed out)/i,
  /^go: .*(proxy|dial tcp).*(i\/o timeout|connection reset|connection refused|TLS handshake timeout)/i,
];

/** The step's own fetch failed for what the server answered once and for all: trying again gives the same. */
const FINAL_IN_STEP = /^(E: Failed to fetch|Err:\d+) .*\b(404|403|401) /i;

const DISK_FULL = /no space left on device|disk quota exceeded|ENOSPC\b/i;

/**
 * Whether trying again may help: a registry's 5xx or 429, a broken connection, a time-out of the network, DNS. A failing RUN never by
 * itself: only when the last lines it wrote are a package manager's or fetcher's words for such a network error.
 */
export function isTransient(words: FailureWords): boolean {
  if (isDiskFull(words)) return false;
  if (!isCommandFailure(words)) return NETWORK.some((pattern) => pattern.test(words.message));
  if (words.output.some((line) => FINAL_IN_STEP.test(line.trim()))) return false;
  return words.output.some((line) => FETCH_IN_STEP.some((pattern) => pattern.test(line.trim())));
}

/** Whether the engine's or the builder's disk is full. */
export function isDiskFull(words: FailureWords): boolean {
  return DISK_FULL.test(words.message) || words.output.some((line) => DISK_FULL.test(line));
}

/** BuildKit's error when a command in the Dockerfile ended with another code than 0: it says nothing about the cause. */
function isCommandFailure(words: FailureWords): boolean {
  return /did not complete successfully: (exit code|signal)/.test(words.message) || /\] RUN /.test(words.step ?? '');
}
