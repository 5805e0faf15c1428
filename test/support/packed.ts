import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { ROOT } from '../../scripts/setup/parts.mjs';

/** A file of the package. */
interface PackedFile {
  readonly path: string;
  readonly size: number;
  readonly mode: number;
}

/** The package as `npm pack` makes it, with all that it runs before. */
export interface Packed {
  readonly archive: string;
  /** Bytes of the archive. */
  readonly size: number;
  readonly files: readonly PackedFile[];
  /** A folder in which nothing but this package is installed, without a network and with an empty cache. */
  readonly installed: string;
  remove(): void;
}

/** Packs this checkout, and installs the package in an empty folder. */
export async function packAndInstall(): Promise<Packed> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-packed-')));
  const { stdout } = await npm(['pack', '--json', '--pack-destination', root], ROOT);
  // What `prepack` prints would come first.
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as [{ filename: string; size: number; files: PackedFile[] }];
  const archive = join(root, packed.filename);
  const installed = join(root, 'installed');
  await npm(
    ['install', '--offline', '--cache', join(root, 'cache'), '--no-audit', '--no-fund', '--prefix', installed, archive],
    root,
  );
  return {
    archive,
    size: packed.size,
    files: packed.files,
    installed,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function npm(args: readonly string[], cwd: string): Promise<{ readonly stdout: string }> {
  return execa('npm', args, { cwd, stdin: 'ignore' });
}
