import { describe, expect, test } from 'vitest';
import { readCheck, readHttp } from '../../../src/init/read-check.ts';

const http = (path: string, port: number | null) => ({ kind: 'http', secure: false, port, path });
const shell = (text: string) => readCheck(['CMD-SHELL', text]);
const argv = (...words: string[]) => readCheck(['CMD', ...words]);

describe('requests', () => {
  test.each([
    ['curl', argv('curl', '-f', 'http://localhost:8000/health'), http('/health', 8000)],
    ['curl in a shell', shell('curl -fsS http://127.0.0.1:8080/api/v1/health || exit 1'), http('/api/v1/health', 8080)],
    ['curl without a scheme', shell('curl -f localhost:3000/ready'), http('/ready', 3000)],
    ['curl without a path', argv('curl', '-f', 'http://localhost:9200'), http('/', 9200)],
    ['curl without a port', argv('curl', '-f', 'http://localhost/status'), http('/status', 80)],
    ['a query', shell('curl -f "http://localhost:80/health?deep=1"'), http('/health?deep=1', 80)],
    ['wget', argv('wget', '-q', '--spider', 'http://localhost:3000/healthz'), http('/healthz', 3000)],
    ['wget without a scheme', shell('wget --no-verbose --tries=1 --spider localhost:8080/ping || exit 1'), http('/ping', 8080)],
    ['a variable as port', shell('curl -f http://localhost:$${PORT:-8000}/health'), http('/health', null)],
    ['IPv6', argv('curl', '-g', 'http://[::1]:8000/health'), http('/health', 8000)],
    ['0.0.0.0', argv('curl', 'http://0.0.0.0:8000/health'), http('/health', 8000)],
    [
      'fetch of node',
      argv('node', '-e', "fetch('http://localhost:3000/api/health').then(r => process.exit(r.ok ? 0 : 1))"),
      http('/api/health', 3000),
    ],
    [
      'http.get of node with a URL',
      argv('node', '-e', "require('http').get('http://127.0.0.1:4000/live', r => process.exit(r.statusCode === 200 ? 0 : 1))"),
      http('/live', 4000),
    ],
    [
      'http.get of node with options',
      argv('node', '-e', "require('http').get({ host: 'localhost', port: 4000, path: '/live' }, () => {})"),
      http('/live', 4000),
    ],
    [
      'urllib',
      argv('python', '-c', "import urllib.request; urllib.request.urlopen('http://localhost:8000/health')"),
      http('/health', 8000),
    ],
    [
      'urllib in a shell',
      shell('python3 -c "import urllib.request as u; u.urlopen(\'http://localhost:8000/health\', timeout=3).read()" || exit 1'),
      http('/health', 8000),
    ],
    [
      'requests',
      argv('python', '-c', 'import requests; requests.get("http://localhost:5000/ok").raise_for_status()'),
      http('/ok', 5000),
    ],
  ])('%s', (_, read, expected) => expect(read).toEqual(expected));

  test('https is told apart', () => {
    expect(shell('curl -kf https://localhost:8443/health')).toEqual({ kind: 'http', secure: true, port: 8443, path: '/health' });
  });

  test('the own names of a service are itself, other hosts are not', () => {
    expect(readCheck(['CMD', 'curl', 'http://api:8000/health'], ['api'])).toEqual(http('/health', 8000));
    expect(readCheck(['CMD', 'curl', 'http://other:8000/health'], ['api'])).toEqual({ kind: 'command', program: 'curl' });
  });

  test('scripts', () => {
    expect(readHttp('connection.sendall(b"GET /health HTTP/1.0\\r\\n\\r\\n")')).toEqual(http('/health', null));
    expect(readHttp("get({ host: '127.0.0.1', port: process.env.PORT, path: '/health' })")).toEqual(http('/health', null));
    expect(readHttp('c = HTTPConnection("localhost", 8000)\nc.request("GET", "/ready")')).toEqual(http('/ready', 8000));
    expect(readHttp('urlopen(f"http://127.0.0.1:{PORT}/health")')).toEqual(http('/health', null));
    expect(readHttp(['fetch(`http://localhost:$', '{process.env.PORT}/health`)'].join(''))).toEqual(http('/health', null));
    expect(readHttp('print("hello")')).toBeNull();
  });
});

test.each([
  ['nc', shell('nc -z localhost 5672'), { kind: 'tcp', port: 5672 }],
  ['nc with options', argv('nc', '-z', '-w', '3', '127.0.0.1', '1883'), { kind: 'tcp', port: 1883 }],
  ['bash', shell("bash -c '</dev/tcp/localhost/9092'"), { kind: 'tcp', port: 9092 }],
  ['pg_isready', shell('pg_isready -U $$POSTGRES_USER -d app'), { kind: 'command', program: 'pg_isready' }],
  ['redis-cli', argv('redis-cli', 'ping'), { kind: 'command', program: 'redis-cli' }],
  ['a shell before it', shell('/bin/sh -c "/usr/bin/mysqladmin ping -h localhost"'), { kind: 'command', program: 'mysqladmin' }],
  [
    'a time limit before it',
    argv('timeout', '5', 'rabbitmq-diagnostics', 'ping'),
    { kind: 'command', program: 'rabbitmq-diagnostics' },
  ],
  ['a script', argv('./healthcheck.sh'), { kind: 'command', program: 'healthcheck.sh' }],
  ['none', ['NONE'], null],
])('%s', (_, read, expected) => expect(Array.isArray(read) ? readCheck(read) : read).toEqual(expected));
