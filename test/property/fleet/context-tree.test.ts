import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContextTree } from '../../../src/fleet/fingerprint/context-tree.ts';
import { FileHashes } from '../../../src/fleet/fingerprint/file-hashes.ts';
import { parseIgnore } from '../../../src/fleet/fingerprint/ignore-file.ts';
import { folderWith } from '../../support/folder.ts';

const name = fc.constantFrom('a', 'b', 'c.py', 'd.log', 'e f');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => [...parts, 'file'].join('/'));
const line = fc.constantFrom('a', '*.log', '**/d.log', '!a/b', 'b/*', '!**/file', 'c.py/a', '*/e f');

function write(root: string, file: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
}

/** A new tree each time: it answers for one moment; the hashes are kept as in a long process. */
function treeOf(root: string, hashes: FileHashes, ignored: readonly string[]): ContextTree {
  return new ContextTree({ root, ignore: parseIgnore(ignored.join('\n')), hashes, isOwn: () => false });
}

describe('a context', () => {
  it('changes exactly with the bytes of files that are not ignored', async () => {
    const files = fc.uniqueArray(path, { minLength: 1, maxLength: 8 });
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(files, fc.array(line, { maxLength: 4 }), bytes, fc.nat(), async (paths, ignored, content, pick) => {
        const root = folderWith();
        const hashes = new FileHashes();
        for (const file of paths) write(root, file, content);
        const before = await treeOf(root, hashes, ignored).all();
        const changed = paths[pick % paths.length]!;
        write(root, changed, content.with(pick % content.length, content[pick % content.length]! ^ 1));
        const after = await treeOf(root, hashes, ignored).all();
        expect(after === before).toBe(parseIgnore(ignored.join('\n')).ignores(changed));
      }),
      { numRuns: 150 },
    );
  });

  it('is the same however often and in whatever order its parts are asked for', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(path, { minLength: 2, maxLength: 6 }), async (paths) => {
        const root = folderWith(Object.fromEntries(paths.map((file) => [file, file])));
        const forward = treeOf(root, new FileHashes(), []);
        const backward = treeOf(root, new FileHashes(), []);
        const one = await Promise.all(paths.map((file) => forward.source(file)));
        const two = await Promise.all([...paths].reverse().map((file) => backward.source(file)));
        expect(two.reverse()).toEqual(one);
        expect(await backward.all()).toBe(await forward.all());
      }),
      { numRuns: 50 },
    );
  });
});
