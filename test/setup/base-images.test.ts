import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkBaseImage, makeBaseImage } from '../../scripts/setup/base-images.mjs';
import { RECIPES } from '../../scripts/setup/recipes.mjs';
import { run } from '../../scripts/setup/run.mjs';

describe('base images', () => {
  let recipe: typeof RECIPES.busybox;

  beforeEach(() => {
    recipe = { ...RECIPES.busybox, name: `sw-setup-base-${randomUUID().slice(0, 8)}:test` };
  });

  afterEach(() => run(['docker', 'image', 'rm', '-f', recipe.name]));

  test('one that is missing is made, and missed again when it is removed', async () => {
    expect(await checkBaseImage(recipe)).toBe('missing');
    await makeBaseImage(recipe, 'missing');
    expect(await checkBaseImage(recipe)).toBeNull();
    await run(['docker', 'image', 'rm', recipe.name]);
    expect(await checkBaseImage(recipe)).toBe('missing');
  });

  test('one of another recipe, or of none, does not count', async () => {
    await run(['docker', 'tag', RECIPES.busybox.name, recipe.name]);
    expect(await checkBaseImage(recipe)).toBe('made by another recipe');
  });

  test('one that fails its proof never gets its name and leaves nothing', async () => {
    const broken = { ...recipe, proof: ['sh', '-c', 'echo no such thing >&2; exit 1'] };
    await expect(makeBaseImage(broken, 'missing')).rejects.toThrow(/does not work \(docker run\): no such thing/);
    const { stdout } = await run(['docker', 'image', 'ls', '--quiet', recipe.name.replace(':test', '')]);
    expect(stdout).toBe('');
  });
});
