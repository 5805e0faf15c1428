import { describe, expect, test } from 'vitest';
import { verdictOn } from '../../../../src/validate/logs/line-verdict.ts';

describe('what crashed', () => {
  test.each([
    ['panic: runtime error: invalid memory address or nil pointer dereference', 'panic'],
    ["thread 'main' panicked at src/main.rs:4:5:", 'panic'],
    ["thread 'tokio-runtime-worker' (17) panicked at src/main.rs:4:5:", 'panic'],
    ['Exception in thread "main" java.lang.NullPointerException', 'uncaught exception'],
    ['Uncaught TypeError: x is not a function', 'uncaught exception'],
    ['Unhandled exception. System.InvalidOperationException: no', 'uncaught exception'],
    ['[UnhandledPromiseRejection: This error originated either by throwing inside of an async function', 'uncaught exception'],
    ['            triggerUncaughtException(err, true /* fromPromise */);', 'uncaught exception'],
    ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', 'out of memory|fatal'],
    ['java.lang.OutOfMemoryError: Java heap space', 'out of memory'],
    ['MemoryError', 'out of memory'],
    ['[12.3] Out of memory: Killed process 12 (python)', 'out of memory'],
    ['Segmentation fault (core dumped)', 'segmentation fault'],
    ['2026-02-04 14:00:00 FATAL: cannot go on', 'fatal'],
    [`{"severity":"CRITICAL","message":"${'x'.repeat(3000)}`, 'fatal'],
    ['PANIC:  could not locate a valid checkpoint record', 'fatal'],
    ['[2026-02-04 14:00:00 +0000] [7] [CRITICAL] WORKER TIMEOUT (pid:12)', 'fatal'],
    ['2026/02/04 14:00:00 [emerg] 1#1: host not found in upstream', 'fatal'],
    ['{"level":60,"time":1,"msg":"db is gone"}', 'fatal'],
    ['crit: Microsoft.AspNetCore.Server.Kestrel[0]', 'fatal'],
    ['F0204 14:00:00.123456       1 server.go:1] cannot listen', 'fatal'],
  ])('%s', (line, what) => {
    expect(verdictOn(line)?.gravity).toBe('crash');
    expect(what.split('|')).toContain(verdictOn(line)?.what);
  });
});

describe('what went wrong', () => {
  test.each([
    'ERROR:root:no answer from db',
    'ERROR:    Exception in ASGI application',
    '2026-02-04 14:00:00,123 - app.module - ERROR - it failed',
    '2026-02-04 14:00:00,123 - root - ERROR - it failed',
    '2026-02-04 14:00:00.123 ERROR 1 --- [main] c.e.App : it failed',
    '14:00:00.123 [main] ERROR com.foo.Bar - it failed',
    '2026-02-04T14:00:00.123Z\tERROR\tserver/main.go:12\tit failed\t{"a": 1}',
    '2026-02-04 14:00:00.123 | ERROR    | app:run:12 - it failed',
    '[2026-02-04 14:00:00,123: ERROR/MainProcess] Task x raised unexpected',
    'Feb  4 14:00:00 host app[123]: ERROR: it failed',
    '2026-02-04 14:00:00 UTC [12] ERROR:  relation "x" does not exist',
    '2026/02/04 14:00:00 [error] 29#29: *1 connect() failed',
    '[Wed Feb 04 14:00:00.123 2026] [core:error] [pid 1] it failed',
    '14:00:00 [ERROR] it failed',
    'error: it failed',
    'Error: listen EADDRINUSE: address already in use :::8080',
    "TypeError: Cannot read properties of undefined (reading 'x')",
    'Error [ERR_MODULE_NOT_FOUND]: Cannot find package',
    'requests.exceptions.ConnectionError: refused',
    'java.lang.IllegalStateException: no',
    'npm ERR! code ELIFECYCLE',
    'npm error code E404',
    'time="2026-02-04T14:00:00Z" level=error msg="it failed"',
    'ts=2026 caller=main.go:1 level=error err="0 items"',
    '{"level":"error","msg":"it failed"}',
    '{"severity":"ERROR","message":"it failed"}',
    '{"level":50,"time":1,"msg":"it failed"}',
    '{"t":{"$date":"2026"},"s":"E","c":"NETWORK","msg":"it failed"}',
    'fail: Microsoft.Hosting[0]',
    'E0204 14:00:00.123456       1 server.go:1] it failed',
    'E, [2026-02-04T14:00:00.123 #1] ERROR -- : it failed',
    '2026-02-04 14:00:00.123 UTC [1] FATAL:  password authentication failed for user "x"',
    `{"time":"2026","level":"error","msg":"${'x'.repeat(3000)}`,
    'Traceback (most recent call last):',
    "ERROR: pip's dependency resolver does not currently take into account all the packages",
    '2026-02-04 14:00:00 ERROR something odd',
  ])('%s', (line) => {
    expect(verdictOn(line)?.gravity).toBe('error');
  });
});

describe('nothing to cry about', () => {
  test.each([
    '0 errors',
    'Found 0 errors, 0 warnings',
    '0 ERROR, 0 WARNING',
    'errors: 0',
    'ERROR: 0, WARN: 3',
    'ERROR COUNT: 12',
    'error_count=0 errors_total=0',
    'error_count=17',
    'ERROR=0',
    'ERROR_LEVEL=debug',
    'no ERROR in the last hour',
    'Error: 0',
    'INFO:     127.0.0.1:1 - "GET /error HTTP/1.1" 200 OK',
    'INFO Retrying after ERROR: connection reset',
    '2026-02-04 14:00:00 INFO  ErrorHandler registered for TypeError, FATAL and CRITICAL',
    '2026-02-04 14:00:00,123 - app - WARNING - Traceback (most recent call last) follows in debug mode',
    'WARN  heap out of memory is near',
    'log level: ERROR',
    'Set log level to ERROR',
    'Registered handler for ERROR events',
    'error handling enabled',
    'GET /api/errors 200 3ms',
    '172.18.0.1 - - [04/Feb/2026:14:00:00 +0000] "GET /panic HTTP/1.1" 200 5 "-" "Fatal/1.0"',
    '{"level":"info","msg":"ERROR: this is quoted","error":null}',
    '{"level":30,"msg":"panic: quoted"}',
    '{"t":{"$date":"2026"},"s":"I","c":"CONTROL","msg":"error: quoted"}',
    'time="2026" level=info msg="panic: quoted"',
    'time="2026" level=warning msg="error: quoted"',
    'LOG:  statement: select * from errors',
    'I0204 14:00:00.123456       1 server.go:1] ERROR budget is fine',
    'out of memory protection enabled',
    'Uncaught exceptions are sent to the collector',
    'critical services first',
    'alert rules loaded: 12',
    'test_error_path ... ok',
    'Creating table error_log',
    '12 passed, 0 failed, 0 errors in 0.12s',
    'debug: error: quoted by a debugger',
    '[info] error rate 0.00%',
    '[db-error] pool is ready',
    'listening on :8080',
    '2026-02-04 14:00:00.123 UTC [1] FATAL:  the database system is starting up',
    `{"time":"2026","level":"info","msg":"ERROR: quoted ${'x'.repeat(3000)}`,
    '{"note":"ERROR: a piece of JSON without a level"',
  ])('%s', (line) => {
    expect(verdictOn(line)).toBeNull();
  });
});

test('a line made to be slow is not', () => {
  const lines = [
    'a '.repeat(990),
    `${'['.repeat(900)}ERROR`,
    `${'x-'.repeat(900)} ERROR`,
    `{${'"a":{'.repeat(300)}err`,
    `${'Error'.repeat(390)}: `,
  ];
  const began = performance.now();
  for (const line of lines) for (let i = 0; i < 20; i += 1) verdictOn(line);
  expect(performance.now() - began).toBeLessThan(2000);
});
