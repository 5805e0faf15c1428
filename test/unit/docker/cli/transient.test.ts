import { describe, expect, it } from 'vitest';
import { isDiskFull, isTransient } from '../../../../src/docker/cli/transient.ts';

const solve = (message: string) => isTransient({ message, step: null, output: [] });
const inRun = (...output: string[]) =>
  isTransient({
    message: 'process "/bin/sh -c make" did not complete successfully: exit code: 1',
    step: '[2/3] RUN make',
    output,
  });

describe('isTransient, of the solve itself', () => {
  it.each([
    'python:3.12: failed to resolve source metadata for docker.io/library/python:3.12: unexpected status from HEAD request to https://registry.example/v2/library/python/manifests/3.12: 503 Service Unavailable',
    'python:3.12: failed to resolve source metadata for docker.io/library/python:3.12: unexpected status code 502: Bad Gateway',
    'failed to copy: httpReadSeeker: failed open: unexpected status code https://registry.test/v2/x/blobs/sha256:ab: 500 Internal Server Error',
    'unexpected status from GET request: 429 Too Many Requests\ntoomanyrequests: You have reached your pull rate limit.',
    'failed to do request: Head "https://registry.example/v2/library/node/manifests/20": dial tcp: lookup registry.example on 10.0.0.2:53: server misbehaving',
    'failed to do request: Head "https://registry.test/v2/": dial tcp: lookup registry.test: Temporary failure in name resolution',
    'failed to do request: Head "https://r.test/v2/x": dial tcp 10.0.0.1:443: i/o timeout',
    'failed to do request: Head "https://r.test/v2/x": net/http: TLS handshake timeout',
    'failed to copy: read tcp 10.0.0.2:4321->10.0.0.1:443: read: connection reset by peer',
    'failed to compute cache key: failed to copy: httpReadSeeker: failed open: unexpected EOF',
    'Error response from daemon: Get "https://r.test/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    'Error response from daemon: received unexpected HTTP status: 503 Service Unavailable',
  ])('may help again: %s', (message) => expect(solve(message)).toBe(true));

  it.each([
    'failed to read dockerfile: open Dockerfile: no such file or directory',
    'dockerfile parse error on line 3: unknown instruction: RUNN',
    'failed to compute cache key: failed to calculate checksum of ref abc: "/missing": not found',
    'nope:1: failed to resolve source metadata for docker.io/library/nope:1: pull access denied, repository does not exist or may require authorization',
    'r.test/x:1: not found',
    'failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized',
    'failed to solve: ResourceExhausted: write /x: no space left on device',
    '/app/500/file: not found',
  ])('is final: %s', (message) => expect(solve(message)).toBe(false));
});

describe('isTransient, of a failing RUN', () => {
  it.each([
    'E: Failed to fetch http://deb.debian.org/debian/pool/x.deb  Connection timed out [IP: 1.2.3.4 80]',
    "W: Failed to fetch http://deb.debian.org/debian/dists/x  Temporary failure resolving 'deb.debian.org'",
    'Err:5 http://deb.debian.org/debian bookworm/main amd64 curl amd64 8.0  503  Service Unavailable [IP: 1.2.3.4 80]',
    'npm error code ECONNRESET',
    'npm ERR! network request to https://registry.example/x failed, reason: socket hang up',
    'pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host=files.test): Read timed out.',
    'curl: (6) Could not resolve host: example.test',
    "fatal: unable to access 'https://git.test/x.git/': Could not resolve host: git.test",
    'WARNING: fetching https://dl-cdn.alpinelinux.org/alpine/v3.20/main: temporary error (try again later)',
    'go: example.test/m@v1.0.0: Get "https://proxy.test/m": dial tcp 1.2.3.4:443: i/o timeout',
  ])('may help again: %s', (line) => expect(inRun('Reading package lists...', line)).toBe(true));

  it.each([
    'FAILED tests/test_api.py::test_retry - ConnectionResetError: connection reset by peer',
    'AssertionError: expected 503 Service Unavailable',
    'Error: read ECONNRESET',
    'make: *** [Makefile:3: test] Error 1',
    'E: Failed to fetch http://deb.debian.org/debian/pool/x.deb  404  Not Found [IP: 1.2.3.4 80]',
    'npm error code E404',
    'curl: (22) The requested URL returned error: 404',
  ])('is final: %s', (line) => expect(inRun(line)).toBe(false));

  it('is final without output', () => expect(inRun()).toBe(false));
});

describe('isDiskFull', () => {
  it('is seen in the error and in what the step wrote', () => {
    expect(isDiskFull({ message: 'failed to solve: write /a: no space left on device', step: null, output: [] })).toBe(true);
    expect(isDiskFull({ message: 'exit code: 1', step: 'RUN x', output: ['cp: write error: No space left on device'] })).toBe(
      true,
    );
    expect(isDiskFull({ message: 'exit code: 1', step: 'RUN x', output: ['ok'] })).toBe(false);
  });
});
