import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import { groupAlike } from '../../../src/report/alike-findings.ts';
import { renderChecks } from '../../../src/report/checks-text.ts';
import { makePaint } from '../../../src/report/paint.ts';

const look = { columns: 80, paint: makePaint({ colour: 'off', glyphs: 'unicode' }) };

const ended = (service: string, more: { code?: number; at?: string } = {}): Diagnostic => ({
  code: 'not-running',
  severity: 'error',
  service,
  message: `shop-${service}-1 ended with code ${more.code ?? 137} at 2026-02-04 ${more.at ?? '14:00:00'} UTC`,
  remedy: `See \`slipway logs ${service} --container\`, and start it: \`docker start shop-${service}-1\``,
});

function rendered(findings: readonly Diagnostic[]): string[] {
  const check = { check: 'up', title: 'Up', outcome: 'failed' as const, seen: '0 up', findings };
  return renderChecks([check], look).trimEnd().split('\n').slice(1, -2);
}

describe('findings that say the same of several services', () => {
  test('are one block, with one command for all of them that a shell takes as it stands', () => {
    const names = ['data-api', 'weather-api', 'calendar', 'carbon-intensity-forecast', 'sports', 'energy-correlator'];
    expect(rendered(names.map((name, at) => ended(name, { at: `14:00:0${at}` })))).toEqual([
      '    error  not-running  6 alike',
      '        shop-data-api-1 ended with code 137 at 2026-02-04 14:00:00 UTC',
      '        See `slipway logs data-api --container`, and start it:',
      '        `docker start shop-data-api-1`',
      '        For all 6:',
      '          docker start shop-data-api-1 shop-weather-api-1 shop-calendar-1 \\',
      '            shop-carbon-intensity-forecast-1 shop-sports-1 \\',
      '            shop-energy-correlator-1',
    ]);
  });

  test('name the others where no command takes several of them, with the places that differ', () => {
    const at = (service: string, line: number): Diagnostic => ({
      code: 'no-probe',
      severity: 'warning',
      service,
      message: `${service} is not probed: it publishes port 80${line} only`,
      file: '/fleet/slipway.yaml',
      line,
      remedy: `See \`slipway logs shop/${service}\``,
    });
    expect(rendered([at('shop/a', 10), at('shop/web-ui', 11), at('shop/b', 12)])).toEqual([
      '    warning  no-probe  3 alike',
      '        shop/a is not probed: it publishes port 8010 only',
      '        /fleet/slipway.yaml:10',
      '        Likewise: shop/web-ui (line 11), shop/b (line 12)',
      '        See `slipway logs shop/shop/a`',
    ]);
  });

  test('stay apart when they say something else, and when they are but two', () => {
    const codes = [1, 1, 3, 3, 3].map((code, at) => ended(`s${at}`, { code }));
    expect(groupAlike(codes).map((group) => group.map(({ service }) => service))).toEqual([['s0'], ['s1'], ['s2', 's3', 's4']]);
    const drift = ['DB_URL', 'DB_URL', 'MODE', 'MODE1', 'MODE2'].map((name, at): Diagnostic => {
      const service = `s${at}`;
      return { code: 'config-differs', severity: 'error', service, message: `shop-${service}-1 differs: environment (${name})` };
    });
    expect(groupAlike(drift)).toHaveLength(5);
    const evidence = ['refused', 'refused', 'timed out'].map((line, at) => ({ ...ended(`s${at}`), evidence: line }));
    expect(groupAlike(evidence)).toHaveLength(3);
  });
});

test('variables that are set nowhere are one block, with their lines', () => {
  const unset = ['API_URL', 'MODE', 'DB_HOST'].map(
    (name, at): Diagnostic => ({
      code: 'variable-not-set',
      severity: 'warning',
      message: `The "${name}" variable is not set. Defaulting to a blank string`,
      file: '/fleet/compose.yaml',
      line: 7 + at,
      evidence: `${7 + at} |   KEY_${at}: \${${name}}\n  |          ^`,
      remedy: `set it in an env file, or give it a default: \${${name}:-}`,
    }),
  );
  expect(rendered(unset)).toEqual([
    '    warning  variable-not-set  3 alike',
    '        The "API_URL" variable is not set. Defaulting to a blank string',
    '        /fleet/compose.yaml:7',
    `        7 |   KEY_0: \${API_URL}`,
    '          |          ^',
    '        Likewise: MODE (line 8), DB_HOST (line 9)',
    `        set it in an env file, or give it a default: \${API_URL:-}`,
  ]);
});

test('evidence that is no excerpt is wrapped too', () => {
  const evidence = `looked for at ${['/usr/bin', '/bin', '/usr/local/bin', '/usr/local/sbin', '/sbin'].map((at) => `${at}/curl`).join(', ')}`;
  expect(rendered([{ code: 'health-tool-missing', severity: 'warning', message: 'no curl', evidence }])).toEqual([
    '    warning  health-tool-missing',
    '        no curl',
    '        looked for at /usr/bin/curl, /bin/curl, /usr/local/bin/curl,',
    '        /usr/local/sbin/curl, /sbin/curl',
  ]);
});

test('a command that is longer than a line can be copied all the same', () => {
  const words = 'docker compose -p shop-of-the-north -f north/deploy/production.yml up -d --no-deps weather-api';
  const lines = rendered([{ ...ended('a'), remedy: `Start it: \`${words}\`, or rebuild it` }]).slice(2);
  expect(lines).toEqual([
    '        Start it:',
    '          docker compose -p shop-of-the-north -f north/deploy/production.yml \\',
    '            up -d --no-deps weather-api',
    '        or rebuild it',
  ]);
});

test('a command is not broken over two lines', () => {
  const lines = rendered([
    { ...ended('a'), remedy: 'Give it more time than this now, or look at what it said: `slipway logs a --container`' },
  ]);
  expect(lines.slice(-2)).toEqual([
    '        Give it more time than this now, or look at what it said:',
    '        `slipway logs a --container`',
  ]);
});
