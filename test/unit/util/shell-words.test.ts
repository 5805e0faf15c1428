import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellLine } from '../../../src/util/shell-words.ts';

test('what a shell reads from it is what was put in', () => {
  const words = ['plain', '--profile', '*', "it's", 'a b', '$HOME', '', '~', 'x=1', '`id`', '\\', 'new\nline'];
  const read = execFileSync('sh', ['-c', `printf '%s\\0' ${shellLine(words)}`], { encoding: 'utf8' });
  expect(read.split('\0').slice(0, -1)).toEqual(words);
  expect(shellLine(['docker', 'tag', 'a:b', 'c/d:e'])).toBe('docker tag a:b c/d:e');
});
