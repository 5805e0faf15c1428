import { describe, expect, test } from 'vitest';
import type { ObservedContainer } from '../../../src/plan/types.ts';
import { containerOf, fleetOf, imageId, observedRunning, recordsOf, type ServiceSketch } from '../../support/fleet-builder.ts';
import { planOf } from './planning.ts';

const VOLUME = 'ab'.repeat(32);

/** The remarks on a forced rebuild of a service with an anonymous volume at /data. */
function remarks(sketch: ServiceSketch, container: Partial<ObservedContainer> = {}, force = true) {
  const fleet = fleetOf({ web: sketch });
  const containers = [containerOf('web', { anonymousVolumes: { '/data': VOLUME }, ...container })];
  const observed = observedRunning(fleet, { web: { containers, tagImage: imageId('web') } });
  return planOf(fleet, { observed, options: { force } }).diagnostics;
}

test('an anonymous volume that the configuration drops is named', () => {
  const [found, ...more] = remarks({});
  expect(more).toEqual([]);
  expect(found).toMatchObject({ code: 'anonymous-volume-dropped', severity: 'warning', service: 'web' });
  expect(found?.message).toMatch(new RegExp(`/data.*${VOLUME}`));
});

test.each<[string, ServiceSketch, Partial<ObservedContainer>]>([
  ['the configuration asks for it', { anonymousVolumes: ['/data'] }, {}],
  ['the image declares it', {}, { imageVolumes: ['/data'] }],
  ['there is none', {}, { anonymousVolumes: {} }],
])('nothing is said when %s', (_, sketch, container) => {
  expect(remarks(sketch, container)).toEqual([]);
});

test('nothing is said of what is left alone', () => {
  expect(remarks({}, {}, false)).toEqual([]);
});

describe('a container that is gone', () => {
  const without = (volumes: readonly string[]) => {
    const fleet = fleetOf({ web: { anonymousVolumes: ['/data'] } });
    const observed = { services: { web: { containers: [], tagImage: imageId('web') } }, networks: [], volumes };
    const records = recordsOf(fleet, { web: { anonymousVolumes: { '/data': VOLUME } } });
    return planOf(fleet, { observed, records }).diagnostics;
  };

  test('its anonymous volume is named, as the new one gets an empty one', () => {
    const [found, ...more] = without([VOLUME]);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ code: 'anonymous-volume-lost', severity: 'warning', service: 'web' });
    expect(found?.message).toMatch(new RegExp(`/data.*${VOLUME}`));
  });

  test('not when it is gone too', () => {
    expect(without([])).toEqual([]);
  });
});
