import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { fileProblem } from '../journal/problems.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { isInside } from './paths.ts';
import type { BackupRecord } from './types.ts';

/** The record's name in a backup's folder. */
export const RECORD_FILE = 'backup.json';
/** The checksums' name: one line a file, as `sha256sum` writes it. */
export const SUMS_FILE = 'SHA256SUMS';

/** The record as it is written. */
export function recordText(record: BackupRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

/** Reads the record of a backup's folder. Whether the folder is whole is `verifyBackup`'s to say. */
export async function readRecord(folder: string): Promise<Result<BackupRecord, Diagnostic>> {
  const file = join(folder, RECORD_FILE);
  try {
    const parsed = schema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    if (parsed.success) return ok(parsed.data);
    const [issue] = parsed.error.issues;
    return err(damaged(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'wrong'}`));
  } catch (error) {
    return err(error instanceof SyntaxError ? damaged(file, 'it is no JSON') : fileProblem('read the backup', file, error));
  }
}

const text = z.string();
/** Names of the engine and of Compose: they become arguments and parts of paths. */
const name = text.regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/);
const imageId = text.regex(/^sha256:[0-9a-f]{64}$/);
const reference = text.regex(/^[a-zA-Z0-9][\w.:/@-]*$/);
/** A path below the backup's folder. */
const own = text.refine((path) => isInside(path), 'leads out of the backup');
const texts = z.record(text, text);

const schema: z.ZodType<BackupRecord> = z.object({
  version: z.literal(1),
  backup: name,
  phase: text,
  at: z.iso.datetime(),
  slipway: text,
  engine: z.object({ docker: text, compose: text, buildx: text }),
  root: text.startsWith('/'),
  images: z.array(z.object({ id: imageId, tags: z.array(reference), sizeBytes: z.number() })),
  services: z.record(
    text,
    z.object({
      project: name,
      name,
      tag: reference,
      image: imageId,
      state: z.enum(['running', 'still']),
      kind: z.enum(['service', 'one-shot']),
    }),
  ),
  projects: z.array(
    z.object({
      name,
      directory: text,
      files: z.array(text),
      envFiles: z.array(text),
      profiles: z.array(text),
      model: own,
      environment: own.nullable(),
    }),
  ),
  volumes: z.array(z.object({ name, driver: text, labels: texts, options: texts, tar: own, services: z.array(text) })),
  files: z.array(
    z
      .object({ from: own, to: text, place: z.enum(['project', 'outside']), mode: z.int().min(0).max(0o777) })
      .refine(({ to, place }) => place === 'project' || isAbsolute(to), 'a file outside of the project dir has an absolute path'),
  ),
  notSaved: z.array(
    z.object({
      kind: z.enum(['anonymous-volume', 'bind-mount', 'no-container', 'file']),
      service: text.nullable(),
      what: text,
    }),
  ),
  contents: z.array(z.object({ path: own, bytes: z.number() })),
});

function damaged(file: string, why: string): Diagnostic {
  return {
    code: 'backup-damaged',
    severity: 'error',
    message: `This is no backup that Slipway can read: ${why}`,
    file,
    remedy: 'choose another one: slipway backup list',
  };
}
