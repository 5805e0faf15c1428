import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { CONFIG_FILE, locateProject } from '../fleet/locate.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { usage } from './options/combinations.ts';
import type { CommonValues } from './options/common.ts';
import type { ValuesOf } from './options/flag.ts';
import type { INIT_FLAGS } from './options/init.ts';
import { schemaAddress } from './schema-address.ts';

/** Where a configuration is made: the project dir, the file, and where the schema is from there. All paths absolute, the schema's from the file. */
export interface InitPlace {
  readonly root: string;
  readonly file: string;
  readonly schema: string;
  readonly isPrinted: boolean;
  /** The command that shows the plan of the file. */
  readonly plan: string;
}

/** Finds the place, and refuses to write over a file unless that was asked for. */
export function initPlace(
  values: ValuesOf<typeof INIT_FLAGS> & CommonValues,
  { cwd, args }: { readonly cwd: string; readonly args: readonly string[] },
): Result<InitPlace, readonly Diagnostic[]> {
  const isPrinted = values.dryRun || values.stdout;
  if (values.from !== null && args.length > 0) {
    return err([usage('--from cannot be combined with Compose files', 'An older configuration is rewritten as it stands')]);
  }
  const located = locateProject({ cwd, projectDir: values.projectDir, configFile: null });
  // Without any Compose file here or above, the projects may lie in folders below.
  if (!located.ok && located.error.code !== 'no-project') return err([located.error]);
  const root = located.ok ? located.value.root : resolve(cwd);
  const file = values.out === null ? resolve(root, values.config ?? CONFIG_FILE) : resolve(cwd, values.out);
  if (!isPrinted && !values.force && existsSync(file)) return err([alreadyThere(file)]);
  const plan = file === resolve(root, CONFIG_FILE) ? 'slipway plan' : `slipway plan --config ${relative(root, file)}`;
  return ok({ root, file, schema: schemaAddress(dirname(file)), isPrinted, plan });
}

function alreadyThere(file: string): Diagnostic {
  return {
    code: 'config-exists',
    severity: 'error',
    message: 'There is a configuration already, and it stays',
    file,
    remedy: 'Look at a proposal with --dry-run, write it elsewhere with --out FILE, or replace the file with --force',
  };
}
