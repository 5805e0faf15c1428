import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyNoInstall } from './apt.mjs';
import { bootstrapImage } from './bootstrap.mjs';
import { buildFromHub } from './from-hub.mjs';
import { RECIPE_LABEL, recipeId } from './recipes.mjs';
import { run } from './run.mjs';
import { lastLines, SetupProblem, say, secondsSince } from './say.mjs';

/** Why this base image has to be made, or null when the engine holds one that was made by the present recipe. */
export async function checkBaseImage(recipe) {
  const { code, stdout } = await run([
    'docker',
    'image',
    'inspect',
    '--format',
    `{{index .Config.Labels "${RECIPE_LABEL}"}}`,
    recipe.name,
  ]);
  if (code !== 0) return 'missing';
  return stdout.trim() === recipeId(recipe) ? null : 'made by another recipe';
}

/**
 * Makes a base image, for the reason `checkBaseImage` gave, under a name of this process, proves that it works and only then gives it its own name, so that an
 * interrupted or broken attempt never counts. Throws a SetupProblem with the end of the failed command's output.
 */
export async function makeBaseImage(recipe, why) {
  const startMs = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'slipway-base-'));
  const trial = `${recipe.name}-new-${process.pid}`;
  const canBootstrap = whyNoInstall() === null;
  say(
    recipe.name,
    `${why}; making it from ${canBootstrap ? "Debian's packages" : 'the image debian:bookworm-slim'}: ${recipe.packages.join(' ')}`,
  );
  try {
    const make = canBootstrap ? bootstrapImage : buildFromHub;
    await make({ recipe, image: trial, folder, label: `${RECIPE_LABEL}=${recipeId(recipe)}` });
    await prove(trial, recipe);
    await docker(['tag', trial, recipe.name], recipe);
  } finally {
    await run(['docker', 'image', 'rm', trial]);
    await rm(folder, { recursive: true, force: true });
  }
  say(recipe.name, `made in ${secondsSince(startMs)}, ${await megabytes(recipe.name)} MB`);
}

async function prove(image, recipe) {
  await docker(['run', '--rm', '--network', 'none', image, ...recipe.proof], recipe);
}

async function docker(args, recipe) {
  const result = await run(['docker', ...args]);
  if (result.code !== 0) {
    throw new SetupProblem(`${recipe.name} does not work (docker ${args[0]}): ${lastLines(result.stderr || result.stdout, 5)}`);
  }
}

async function megabytes(image) {
  const { stdout } = await run(['docker', 'image', 'inspect', '--format', '{{.Size}}', image]);
  return Math.round(Number(stdout) / 1e6);
}
