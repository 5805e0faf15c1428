import { dirname, resolve } from 'node:path';
import { fileProblem } from '../journal/problems.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { nodeDisk } from '../util/node-disk.ts';

/** Writes a result file that the operator named, with its folder, readable by its owner only: findings may quote what no redactor knows. */
export async function writeResultFile(file: string, text: string, cwd: string): Promise<Result<null, Diagnostic>> {
  const path = resolve(cwd, file);
  try {
    await nodeDisk.makeFolder(dirname(path));
    await nodeDisk.replace(path, text, { mode: 0o600, durability: 'relaxed' });
    return ok(null);
  } catch (error) {
    return err(fileProblem('write the result', path, error));
  }
}
