import { readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { composeReads } from '../../backup/compose-reads.ts';
import type { Fleet, Project } from '../../fleet/types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { counted } from '../../util/human.ts';
import type { DoctorCheck, DoctorContext } from '../types.ts';
import { type EnvKey, envKeys, firstUseOf } from './env-file.ts';
import { loadFindings } from './load-findings.ts';

/** What people call the file that says which variables there are to set. */
const EXAMPLES = ['.env.example', '.env.sample', '.env.template', '.env.dist', 'env.example'];

/** Variables that the Compose files use and nobody sets, env files that are missing, and keys that the example has and `.env` lacks. */
export const checkVariables: DoctorCheck = {
  name: 'variables',
  title: 'Variables and env files',
  rebuild: 'goes-on',
  needs: 'nothing',
  run: async (context) => {
    // Compose names its variables in an order of its own, another each time.
    const said = loadFindings(context, 'variables').toSorted(byPlace);
    const { fleet } = context;
    if (fleet === null) {
      return said.length > 0
        ? { seen: counted(said.length, 'problem'), findings: said }
        : { notChecked: context.root === null ? 'there is no project here' : 'the fleet does not load' };
    }
    const told = new Set(said.flatMap(({ message }) => /"(\w+)" variable/.exec(message)?.[1] ?? []));
    const compared = examplesOf(fleet).map((example) => compare(example, context, told));
    const names = compared.map(({ example }) => relative(fleet.root, example.file));
    const against = names.length === 0 ? '' : `; compared with ${names.join(', ')}`;
    const findings = [...said, ...compared.flatMap((one) => one.findings)];
    return { seen: `${findings.length === 0 ? 'all set' : counted(findings.length, 'gap')}${against}`, findings };
  },
};

function byPlace(a: Diagnostic, b: Diagnostic): number {
  return (a.file ?? '').localeCompare(b.file ?? '') || (a.line ?? 0) - (b.line ?? 0) || a.message.localeCompare(b.message);
}

interface Example {
  readonly file: string;
  readonly keys: readonly EnvKey[];
  readonly project: Project;
}

/** One for each project that has one; of a folder that several projects share, the first one's. */
function examplesOf({ projects }: Fleet): readonly Example[] {
  const seen = new Set<string>();
  return projects.flatMap((project) => {
    for (const name of EXAMPLES) {
      const file = join(project.directory, name);
      const text = textOf(file);
      if (text === null || seen.has(file)) continue;
      seen.add(file);
      return [{ file, keys: envKeys(text), project }];
    }
    return [];
  });
}

function compare(
  example: Example,
  { env, root }: Pick<DoctorContext, 'env' | 'root'>,
  told: ReadonlySet<string>,
): { readonly example: Example; readonly findings: readonly Diagnostic[] } {
  const { file, keys, project } = example;
  const envFiles = project.envFiles.length > 0 ? project.envFiles : [join(project.directory, '.env')];
  const texts = envFiles.map(textOf).filter((text) => text !== null);
  const set = new Set(texts.flatMap(envKeys).map(({ name }) => name));
  const lacking = keys.filter(({ name }) => !set.has(name) && env[name] === undefined);
  if (lacking.length === 0) return { example, findings: [] };
  if (texts.length === 0) return { example, findings: [noEnvFile(example, envFiles[0]!, lacking)] };
  const used = composeTexts(project, env);
  const findings = lacking
    .filter(({ name }) => !told.has(name))
    .map(({ name, line }): Diagnostic => {
      const use = firstUseOf(name, used);
      return {
        code: 'env-key-missing',
        severity: 'warning',
        message: `${relative(root ?? project.directory, envFiles[0]!)} lacks "${name}", which ${basename(file)} has${use ? '' : '; no Compose file uses it'}`,
        ...(use ?? { file, line, column: 1 }),
        evidence: use ? `first used here; ${basename(file)}:${line} has it` : `${basename(file)}:${line} has it`,
        remedy: `set ${name} in ${envFiles[0]}, or remove it from ${basename(file)}`,
      };
    });
  return { example, findings };
}

function noEnvFile({ file }: Example, envFile: string, lacking: readonly EnvKey[]): Diagnostic {
  return {
    code: 'no-env-file',
    severity: 'warning',
    message: `There is no ${basename(envFile)}, and ${basename(file)} says what it is to set`,
    file,
    evidence: lacking.map(({ name }) => name).join(', '),
    remedy: `cp ${basename(file)} ${basename(envFile)} in that folder, and fill it in`,
  };
}

function composeTexts(project: Project, env: DoctorContext['env']): ReadonlyMap<string, string> {
  const files = new Set([...project.files, ...composeReads(project, env).files.filter((path) => /\.ya?ml$/i.test(path))]);
  return new Map([...files].map((file) => [file, textOf(file) ?? '']));
}

/** Null = there is no such file, or it is not ours to read. */
function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return null;
    throw error;
  }
}
