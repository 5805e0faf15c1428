import { expect, it } from 'vitest';
import { fleetOf, NOTHING_OBSERVED, recordsOf, type ServiceSketch } from '../../support/fleet-builder.ts';
import { planOf, type Scenario } from './planning.ts';

function strategy(sketch: ServiceSketch, scenario: Scenario = { options: { force: true } }): string {
  const fleet = fleetOf({ web: sketch });
  const { order, why, preflight } = planOf(fleet, scenario).services[0]!.strategy;
  return `${order}${preflight ? ' after a preflight' : ''}: ${why}`;
}

const replace = (order: 'auto' | 'stop-first' | 'start-first', preflight = false) => ({ replace: { order, preflight } });
const startFirstObstacles = ['container_name', 'host port 8009'];

it.each<[string, ServiceSketch]>([
  ['stop-first: default; set replace.order to start-first', {}],
  ['stop-first: start-first is not possible: container_name, host port 8009', { startFirstObstacles }],
  ['stop-first: as configured', { ...replace('stop-first'), startFirstObstacles }],
  ['start-first: as configured', replace('start-first')],
  ['stop-first: start-first is not possible: container_name, host port 8009', { ...replace('start-first'), startFirstObstacles }],
  ['stop-first after a preflight: as configured', replace('stop-first', true)],
  [
    'stop-first after a preflight: start-first is not possible: container_name, host port 8009',
    { ...replace('auto', true), startFirstObstacles },
  ],
  ['start-first: as configured', replace('start-first', true)],
  [
    'stop-first: as configured; a preflight is not possible: writes to volume data, which both would share',
    { ...replace('stop-first', true), compose: { volumes: [{ type: 'volume', source: 'data', target: '/data' }] } },
  ],
  [
    'stop-first: as configured; a preflight is not possible: shares the network of vpn',
    { ...replace('stop-first', true), compose: { network_mode: 'service:vpn' } },
  ],
])('%s', (expected, sketch) => {
  expect(strategy(sketch)).toBe(expected);
});

it('says when there is nothing to stop, nothing to replace, or a job', () => {
  expect(strategy(replace('auto', true), { observed: NOTHING_OBSERVED })).toBe('stop-first: first start');
  expect(strategy({ kind: 'one-shot' }, { options: { services: ['web'] } })).toBe('stop-first: a job that runs once');
  const fleet = fleetOf({ web: {} });
  const untested = recordsOf(fleet, { web: { tested: 'untested' } });
  expect(strategy({}, { records: untested })).toBe('none: nothing is replaced');
});
