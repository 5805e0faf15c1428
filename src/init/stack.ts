import type { Stack } from '../fleet/types.ts';
import type { BuildSources } from './build-sources.ts';
import type { Reasoned } from './types.ts';

/** Images by what runs in them: the first that matches counts. `other` = has neither pytest nor npm, whatever lies in the folder. */
const BASES: readonly [RegExp, Stack][] = [
  [
    /(?:^|[^a-z])(?:python|pypy|uvicorn|gunicorn|fastapi|django|(?:mini|ana|micromamba|mamba)conda|conda|jupyter|pytorch|tensorflow)/,
    'python',
  ],
  [/(?:^|[^a-z])(?:node|nodejs|playwright|puppeteer)(?:[^a-z]|\d|$)/, 'nodejs'],
  [
    /(?:^|[^a-z])(?:nginx|httpd|caddy|traefik|golang|openjdk|temurin|maven|gradle|tomcat|ruby|rust|php|dotnet|aspnet|elixir|erlang|busybox)/,
    'other',
  ],
];

const PROGRAMS: readonly [RegExp, Stack][] = [
  [/^(?:python[\d.]*|uvicorn|gunicorn|hypercorn|daphne|flask|celery|streamlit|poetry|pipenv|uv|fastapi|django-admin)$/, 'python'],
  [/^(?:node|nodejs|npm|npx|yarn|pnpm|next|tsx|ts-node|nest|pm2(?:-runtime)?)$/, 'nodejs'],
];

const MANIFESTS: readonly [RegExp, Stack][] = [
  [
    /^(?:requirements.*\.(?:txt|in)|pyproject\.toml|setup\.(?:py|cfg)|Pipfile|uv\.lock|poetry\.lock|environment\.ya?ml)$/,
    'python',
  ],
  [/^package\.json$/, 'nodejs'],
];

/** The stack of a built service: its image is what tests run in, so base and command come before the files beside the Dockerfile. */
export function decideStack(sources: BuildSources | undefined): Reasoned<Stack> {
  if (!sources) return { value: 'other', why: 'it is not built' };
  const { dockerfile, files } = sources;
  const base = dockerfile?.base ?? '';
  const byBase = BASES.find(([shape]) => shape.test(base.toLowerCase()))?.[1];
  if (byBase) return { value: byBase, why: `it is built upon ${base}` };
  for (const word of dockerfile?.command ?? []) {
    const program = word.replace(/^.*\//, '');
    const byProgram = PROGRAMS.find(([shape]) => shape.test(program))?.[1];
    if (byProgram) return { value: byProgram, why: `it runs ${program}` };
  }
  for (const [shape, stack] of MANIFESTS) {
    const file = files.find((name) => shape.test(name));
    if (file !== undefined) return { value: stack, why: `it has a ${file}` };
  }
  return { value: 'other', why: 'neither Python nor Node was seen' };
}
