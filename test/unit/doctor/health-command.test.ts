import { expect, test } from 'vitest';
import { readHealthCommand } from '../../../src/doctor/health/health-command.ts';

const line = (text: string) => readHealthCommand(['CMD-SHELL', text], null)?.alternatives;

test.each<[string, string[][]]>([
  ['curl -f http://localhost/health || exit 1', [['curl']]],
  ['curl -fsS x || wget -qO- x', [['curl'], ['wget']]],
  ['pg_isready -U $$POSTGRES_USER -d db', [['pg_isready']]],
  ['wget -q x && test -f /ready', [['wget']]],
  ['ps aux | grep -q "[w]orker; curl"', [['ps', 'grep']]],
  ['[ "$$(curl -s x | jq -r .state)" = up ]', [['curl', 'jq']]],
  ['test `redis-cli ping` = PONG', [['redis-cli']]],
  ['TOKEN=abc LANG=C nc -z localhost 80', [['nc']]],
  ['if nc -z localhost 80; then exit 0; else exit 1; fi', [['nc']]],
  ['! pgrep -f stuck', [['pgrep']]],
  ['(curl x) && { wget y; }', [['curl', 'wget']]],
  ['/app/check.sh --quick; exit $$?', [['/app/check.sh']]],
  ['exec ./health', [['./health']]],
  ['echo ok', []],
  ['exit 0', []],
  ['$$CHECKER --now', []],
  ['"my tool" x', []],
  ['python3 -c \'import urllib.request; urllib.request.urlopen("http://x")\'', [['python3']]],
])('%s calls %j', (text, alternatives) => {
  expect(line(text)).toEqual(alternatives);
});

test('a program alone needs no shell; one that is switched off or empty is none', () => {
  expect(readHealthCommand(['CMD', 'curl', '-f', 'x'], null)).toEqual({ shell: null, alternatives: [['curl']] });
  expect(readHealthCommand(['CMD-SHELL', 'true'], null)).toEqual({ shell: '/bin/sh', alternatives: [] });
  for (const none of [[], ['NONE'], ['CMD']]) expect(readHealthCommand(none, null)).toBeNull();
});
