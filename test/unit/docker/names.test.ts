import { expect, test } from 'vitest';
import { properName } from '../../../src/docker/names.ts';

test('properName drops the id that Compose puts before a name', () => {
  expect(properName('0123456789ab_fleet-web-1')).toBe('fleet-web-1');
  expect(properName('beef_fleet')).toBe('beef_fleet');
});
