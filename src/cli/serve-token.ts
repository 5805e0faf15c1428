import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileProblem } from '../journal/problems.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { readToken } from '../serve/token.ts';
import type { World } from './world.ts';

/** The token of a server; `made`: by us, so the operator has to be told. */
export interface ServeToken {
  readonly token: string;
  readonly origin: 'made' | 'given';
}

/** The token from the file, else from SLIPWAY_TOKEN, else a new one of 192 random bits. */
export async function serveToken(
  file: string | null,
  { cwd, env }: Pick<World, 'cwd' | 'env'>,
): Promise<Result<ServeToken, Diagnostic>> {
  const given = file === null ? readVariable(env) : await readTokenFile(resolve(cwd, file));
  if (given === null) return ok({ token: randomBytes(24).toString('base64url'), origin: 'made' });
  return given.ok ? ok({ token: given.value, origin: 'given' }) : given;
}

/** What may be passed on to children: everything but the token. */
export function withoutToken<T extends Pick<World, 'env'>>(world: T): T {
  const { SLIPWAY_TOKEN: _, ...env } = world.env;
  return { ...world, env };
}

function readVariable({ SLIPWAY_TOKEN }: World['env']): Result<string, Diagnostic> | null {
  return SLIPWAY_TOKEN === undefined || SLIPWAY_TOKEN === '' ? null : readToken(SLIPWAY_TOKEN, 'SLIPWAY_TOKEN');
}

async function readTokenFile(path: string): Promise<Result<string, Diagnostic>> {
  try {
    const read = readToken(await readFile(path, 'utf8'), path);
    return read.ok ? read : err({ ...read.error, file: path });
  } catch (error) {
    return err(fileProblem('read the token', path, error));
  }
}
