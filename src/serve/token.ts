import { createHash, timingSafeEqual } from 'node:crypto';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';

/** The shortest token, bytes: 128 bits, if they are random. */
const MIN_TOKEN_BYTES = 16;

/** Far more than anybody needs, and less than the header that carries it may have; bytes. */
const MAX_TOKEN_BYTES = 1024;

/** A token as given in a file or variable: white space around it is not part of it. `from` says where, never what. */
export function readToken(text: string, from: string): Result<string, Diagnostic> {
  const token = text.trim();
  // RFC 9110 allows no more in a header than visible ASCII.
  if (!/^[\x21-\x7e]*$/.test(token)) return err(unfit(from, 'it holds spaces or characters that are not plain ASCII'));
  if (token.length < MIN_TOKEN_BYTES) return err(unfit(from, `it is shorter than ${MIN_TOKEN_BYTES} characters`));
  return token.length > MAX_TOKEN_BYTES ? err(unfit(from, `it is longer than ${MAX_TOKEN_BYTES} characters`)) : ok(token);
}

/** Whether an Authorization header carries the token (RFC 6750). Takes as long whatever is wrong with it. */
export function carriesToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  // Digests have one length, so that not even the token's own can be measured.
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function unfit(from: string, why: string): Diagnostic {
  const remedy = 'Make one: openssl rand -hex 32';
  return { code: 'token-unfit', severity: 'error', message: `The token of ${from} cannot be used: ${why}`, remedy };
}
