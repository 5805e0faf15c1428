import { expect, test } from 'vitest';
import { highlightLine, plainLine } from '../../../src/report/highlight.ts';
import { makePaint } from '../../../src/report/paint.ts';
import { building, eventsOf, settled, started } from '../../support/run-state.ts';

const layout = { nameWidth: 11, paint: makePaint({ colour: 'off', glyphs: 'unicode' }) };
const failed = settled('weather-api', { status: 'failed', failure: { code: 'test-failed', exitCode: 1, lastLogLines: [] } });
const EVENTS = eventsOf([
  started([{ service: 'weather-api', category: 'integration' }]),
  building('weather-api'),
  { type: 'health-sample', service: 'weather-api', container: 'c', good: false, text: 'no' },
  { type: 'signal-received', signal: 'SIGINT', meaning: 'drain' },
  failed,
  settled('data-api', { tested: 'untested', downtimeMs: 800 }),
]);

test('plain output has a line for each event that is no live progress', () => {
  expect(EVENTS.map((event) => plainLine(event, layout)).filter((line) => line !== null)).toEqual([
    '14:00:00 slipway      run 20260204_140000 of phase phase1: 1 service to do',
    '14:00:01 weather-api  building',
    '14:00:03 slipway      SIGINT: finishing what is under way, starting nothing new; once more interrupts builds and tests',
    '14:00:04 weather-api  failed: tests failed: exit code 1',
    '14:00:05 data-api     completed, untested, was down 0.8s',
  ]);
});

test('above a live display only what the display itself does not show', () => {
  expect(EVENTS.map((event) => highlightLine(event, layout)).filter((line) => line !== null)).toEqual([
    '! slipway      SIGINT: finishing what is under way, starting nothing new; once more interrupts builds and tests',
    '✗ weather-api  failed: tests failed: exit code 1',
    '✓ data-api     completed, untested, was down 0.8s',
  ]);
});

test('what another process asked for is told above a live display too, with who it was', () => {
  const asked = eventsOf([
    { type: 'control-received', action: 'pause', by: 'kay (slipway pause, process 7)' },
    { type: 'control-received', action: 'resume', by: 'the web page' },
    { type: 'control-received', action: 'cancel', by: 'the web page' },
    { type: 'control-received', action: 'cancel', by: 'the web page', now: true },
  ]);
  expect(asked.map((event) => highlightLine(event, layout))).toEqual([
    '! slipway      paused by kay (slipway pause, process 7): finishing what is under way, starting nothing until slipway resume',
    '! slipway      resumed by the web page',
    '! slipway      cancelled by the web page: finishing what is under way, starting nothing new; once more interrupts builds and tests',
    '! slipway      cancelled by the web page: ending builds and tests',
  ]);
});
