import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { WebhookAddress } from '../../fleet/telemetry-types.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { assertNever } from '../../util/assert.ts';

/** Where an address is looked up. */
interface Place {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly root: string;
}

/** A webhook's address; an error says why there is none, and repeats nothing of what was read. */
export async function readAddress(address: WebhookAddress, { env, root }: Place): Promise<Result<URL, string>> {
  switch (address.kind) {
    case 'url':
      return urlOf(address.url, 'the configured address');
    case 'env': {
      const value = env[address.name];
      const name = `the environment variable ${address.name}`;
      return value === undefined || value.trim() === '' ? err(`${name} is not set`) : urlOf(value, name);
    }
    case 'file': {
      const name = `the file ${address.path}`;
      const text = await readFile(resolve(root, address.path), 'utf8').catch(() => null);
      return text === null ? err(`${name} cannot be read`) : urlOf(text, name);
    }
    default:
      return assertNever(address);
  }
}

function urlOf(text: string, name: string): Result<URL, string> {
  const trimmed = text.trim();
  const url = URL.canParse(trimmed) ? new URL(trimmed) : null;
  return url && /^https?:$/.test(url.protocol) ? ok(url) : err(`${name} holds no address that begins with https:// or http://`);
}
