import { readFile } from 'node:fs/promises';
import { fileProblem } from '../journal/problems.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';

/** A text file that the operator named; `doing` completes "Cannot …". */
export async function readTextFile(file: string, doing: string): Promise<Result<string, readonly Diagnostic[]>> {
  try {
    return ok(await readFile(file, 'utf8'));
  } catch (error) {
    return err([fileProblem(doing, file, error)]);
  }
}
