import { valid, validRange } from 'semver';
import { expect, test } from 'vitest';
import { KNOWN_BAD, knownFaults } from '../../../src/doctor/known-versions.ts';

const SOUND = { docker: '26.1.5+dfsg1', compose: '2.40.3-3', buildx: '0.29.1+ds1', engineId: 'x' };

test('every entry is a range, has what repaired it and where that is written', () => {
  for (const { versions, fixedIn, source, what } of KNOWN_BAD) {
    expect(validRange(versions)).not.toBeNull();
    expect(valid(fixedIn)).not.toBeNull();
    expect(source).toMatch(/\w+#\d+|release notes of/);
    expect(what).toMatch(/^\S.*[^.]$/);
  }
});

test.each([
  ['docker', '24.0.1', true],
  ['docker', '24.0.2', false],
  ['docker', '27.0.1-1~debian.12', true],
  ['docker', '28.0.0', true],
  ['docker', '28.0.1', false],
  ['docker', '28.2.2', true],
  ['compose', '2.35.0', true],
  ['compose', '2.35.1', false],
  ['compose', '2.36.1-desktop.1', true],
  ['compose', '2.36.2', false],
  ['buildx', '0.19.0', true],
  ['buildx', '0.20.0-desktop.2', true],
  ['buildx', '0.20.1', false],
  ['docker', 'master-dockerproject', false],
] as const)('%s %s is known to be bad: %s', (tool, version, isBad) => {
  expect(knownFaults({ ...SOUND, [tool]: version }).length).toBe(isBad ? 1 : 0);
});
