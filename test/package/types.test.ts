import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OLDER_TSC } from '../../scripts/setup/older-typescript.mjs';
import { ROOT } from '../../scripts/setup/parts.mjs';
import { type Packed, packAndInstall } from '../support/packed.ts';
import { typescriptBlocks } from '../support/typescript-blocks.ts';

/** What a user's program may rely on; each line marked as an error has to be one. */
const USES = `
import { type Diagnostic, type Event, type Failure, followJournal, type Outcome, type Plan, plan, readJournal, rebuild, rollback, type RunSummary, runs, SlipwayError } from 'slipway';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function proves<T extends true>(): T | undefined { return undefined; }

proves<Same<Awaited<ReturnType<typeof plan>>, Plan>>();
proves<Same<Awaited<ReturnType<typeof rebuild>>, Outcome>>();
proves<Same<Awaited<ReturnType<typeof rollback>>, Outcome>>();
proves<Same<Awaited<ReturnType<typeof runs>>, readonly RunSummary[]>>();
proves<Same<Awaited<ReturnType<typeof readJournal>>, readonly Event[]>>();
proves<Same<SlipwayError['diagnostics'], readonly Diagnostic[]>>();

export async function uses(outcome: Outcome, event: Event, failure: Failure): Promise<string> {
  if (outcome.status === 'nothing') {
    // @ts-expect-error: it has no run
    return outcome.run;
  }
  const images: (string | null)[] = outcome.services.map(({ image }) => image);
  if (event.type === 'service-settled') return event.service + event.status;
  // @ts-expect-error: not every event is of a service
  event.service.length;
  if (failure.code === 'bad-verdict') return failure.verdict.kind;
  for await (const followed of followJournal({ run: outcome.run, signal: AbortSignal.timeout(1) })) return followed.at;
  await rebuild({ services: ['a'], maxFailures: '10%', batchSize: 'all', onEvent: ({ seq }) => seq.toFixed() });
  // @ts-expect-error: a share has its sign
  await rebuild({ maxFailures: '10' });
  // @ts-expect-error: there is no such option
  await plan({ dryRun: true });
  // @ts-expect-error: it has to be said what goes back
  await rollback({});
  return images.join();
}
`;

const COMMON = {
  target: 'ES2023',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  types: ['node'],
};
const RESOLUTIONS = {
  nodenext: { module: 'NodeNext', moduleResolution: 'NodeNext' },
  bundler: { module: 'ESNext', moduleResolution: 'Bundler' },
  // A program in CommonJS: its imports are calls of require.
  'nodenext, CommonJS': { module: 'NodeNext', moduleResolution: 'NodeNext' },
};
const OURS = join(ROOT, 'node_modules/typescript/bin/tsc');

let packed: Packed;

beforeAll(async () => {
  packed = await packAndInstall();
  mkdirSync(join(packed.installed, 'node_modules/@types'), { recursive: true });
  for (const name of ['@types/node', 'undici-types'])
    symlinkSync(join(ROOT, 'node_modules', name), join(packed.installed, 'node_modules', name));
});

afterAll(() => packed?.remove());

describe.each([
  ['TypeScript 5', OLDER_TSC],
  ['our own TypeScript', OURS],
])('%s', (_, tsc) => {
  test.each(Object.entries(RESOLUTIONS))(
    'the declarations hold for programs with %s, and the examples of docs/api.md too',
    async (name, resolution) => {
      const isCommonJs = name.endsWith('CommonJS');
      const folder = join(packed.installed, name.replace(/\W+/g, '-') + (tsc === OURS ? '-ours' : ''));
      mkdirSync(folder);
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: isCommonJs ? 'commonjs' : 'module' }));
      // skipLibCheck stays off: the declarations themselves are checked.
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...COMMON, ...resolution } }));
      writeFileSync(join(folder, 'uses.ts'), USES);
      // CommonJS has no top-level await, which the examples are written with.
      if (!isCommonJs)
        for (const [i, text] of typescriptBlocks('docs/api.md').entries()) writeFileSync(join(folder, `example-${i}.ts`), text);
      const { stdout, exitCode } = await execa(process.execPath, [tsc, '-p', folder], { reject: false, stdin: 'ignore' });
      expect(stdout).toBe('');
      expect(exitCode).toBe(0);
    },
  );
});
