import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SetupProblem } from '../../../scripts/setup/say.mjs';
import { problemsOf, setUp } from '../../../scripts/setup/set-up.mjs';

/** Parts of a made-up machine: `present` is what is there, `done` what was mended in which order. */
function machine(present: string[]) {
  const there = new Set(present);
  const done: string[] = [];
  const part = (id: string, after: string[] = []) => ({
    title: id,
    after,
    check: async () => (there.has(id) ? null : `${id} is missing`),
    mend: async () => {
      done.push(id);
      there.add(id);
    },
  });
  const parts = { engine: part('engine'), image: part('image', ['engine']), packages: part('packages') };
  return { parts, done };
}

let printed: string[];

beforeEach(() => {
  printed = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
});

afterEach(() => vi.restoreAllMocks());

test('nothing is mended where everything is there', async () => {
  const { parts, done } = machine(['engine', 'image', 'packages']);
  expect(problemsOf(await setUp(['image', 'packages'], parts))).toBeNull();
  expect(done).toEqual([]);
  expect(printed.join('')).toMatch(/^set-up: done: 3 parts checked, 0 mended, 0 broken/);
});

test('only what is missing is mended', async () => {
  const { parts, done } = machine(['engine', 'packages']);
  await setUp(['image', 'packages'], parts);
  expect(done).toEqual(['image']);
});

test('what a part stands on is mended before it, once, though it was not asked for', async () => {
  const { parts, done } = machine(['packages']);
  await setUp(['image', 'engine'], parts);
  expect(done).toEqual(['engine', 'image']);
});

test('a part that cannot be mended stops what stands on it and nothing else', async () => {
  const { parts, done } = machine([]);
  parts.engine.mend = async () => {
    throw new SetupProblem('needs root: install Docker');
  };
  const outcomes = await setUp(['image', 'packages'], parts);
  expect(Object.fromEntries(outcomes)).toEqual({
    image: 'waits for engine',
    engine: 'needs root: install Docker',
    packages: null,
  });
  expect(problemsOf(outcomes)).toContain('needs root: install Docker');
  expect(done).toEqual(['packages']);
});

test('a bug is no problem of the machine: it throws', async () => {
  const { parts } = machine([]);
  parts.packages.mend = async () => {
    throw new TypeError('bug');
  };
  await expect(setUp(['packages'], parts)).rejects.toThrow(TypeError);
});
