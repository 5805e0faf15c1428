import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { run } from '../setup/run.mjs';
import { ascii, leaveOut, NODE_BUNDLE, packagesIn, REQUIRE_LINES } from './common.mjs';

const ENTRY = 'src/api/index';

/** The exported API as one module. It has no top-level await, so that `require` gets it too (Node 20.19 and later); and the npm packages in it. */
export async function bundleApi(root) {
  const entry = { absWorkingDir: root, entryPoints: [`${ENTRY}.ts`], format: 'esm', plugins: [leaveOut] };
  const { outputFiles, metafile } = await build({ ...NODE_BUNDLE, ...entry });
  return { text: ascii(`${REQUIRE_LINES.join('\n')}\n${outputFiles[0].text}`), packages: packagesIn(metafile) };
}

/** The declarations of the API and of what they refer to, by their path below dist/types. Written by the compiler, unchecked: types are a check of their own. */
export async function declareApi(root, folder) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const options = [
    '--declaration',
    '--emitDeclarationOnly',
    '--noEmit',
    'false',
    '--noCheck',
    '--rootDir',
    'src',
    '--outDir',
    folder,
  ];
  const project = join(folder, 'tsconfig.json');
  await mkdir(folder, { recursive: true });
  const settings = { extends: join(root, 'tsconfig.json'), files: [join(root, `${ENTRY}.ts`)], include: [] };
  await writeFile(project, JSON.stringify({ ...settings, compilerOptions: { typeRoots: [join(root, 'node_modules/@types')] } }));
  const { code, stdout, stderr } = await run([process.execPath, tsc, '-p', project, ...options], { cwd: root });
  const files = await declarationsIn(folder);
  if (!files.has('api/index.d.ts')) throw new Error(`tsc wrote no declarations (exit code ${code}):\n${stdout}${stderr}`);
  return reachableFrom('api/index.d.ts', files);
}

async function declarationsIn(folder) {
  const paths = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.d.ts'));
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(join(folder, path), 'utf8')])));
}

/** Only what is referred to, with the endings that every resolution finds: a package must not refer to `.ts` files that it does not have. */
function reachableFrom(entry, files) {
  const found = new Map();
  const visit = (path) => {
    if (found.has(path)) return;
    const text = files.get(path);
    if (text === undefined) throw new Error(`the declarations refer to ${path}, which is not there`);
    found.set(path, '');
    const rewritten = text.replace(
      /(^(?:import|export|\})[^"'\n]* from |import\()(["'])([^"']+)\2/gm,
      (whole, keyword, quote, to) => {
        if (to.startsWith('node:')) return whole;
        if (!to.startsWith('.')) throw new Error(`${path} refers to the package ${to}, which users would have to install`);
        visit(relative('.', join(dirname(path), to.replace(/\.ts$/, '.d.ts'))));
        return `${keyword}${quote}${to.replace(/\.ts$/, '.js')}${quote}`;
      },
    );
    found.set(path, rewritten);
  };
  visit(entry);
  return found;
}
