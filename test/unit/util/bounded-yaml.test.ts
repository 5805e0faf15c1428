import { expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { parseYamlDocument } from '../../../src/util/bounded-yaml.ts';

it.each(['a: {b: [1, &x 2, *x]}\n# c\n', 'a: 1\n---\nb: 2\n', 'a: [\n', '', '- - - 1\n', 'a: 1\na: 2\n', '{<<: {b: 1}}'])(
  'reads %j as the package does',
  (text) => {
    const ours = parseYamlDocument(text, {})!;
    const theirs = parseDocument(text, { prettyErrors: false });
    expect(ours.errors.map((e) => [e.code, e.pos])).toEqual(theirs.errors.map((e) => [e.code, e.pos]));
    expect(ours.toJS()).toEqual(theirs.toJS());
  },
);

it('takes merge keys, doubled keys and second documents as it is told', () => {
  expect(parseYamlDocument('{<<: {b: 1}}', { merge: true })!.toJS()).toEqual({ b: 1 });
  expect(parseYamlDocument('a: 1\na: 2', { uniqueKeys: false })!.errors).toEqual([]);
  expect(parseYamlDocument('a: 1\n---\nb: 2', { logLevel: 'silent' })!.errors).toEqual([]);
});

it.each(['[', '{a: ', '- ', '? '])('gives up on a megabyte of %j', (opener) => {
  expect(parseYamlDocument(opener.repeat(1e6 / opener.length), {})).toBeNull();
});

it('gives up on keys in keys, which take time without end as plain values, and reads a few', () => {
  const nested = (depth: number) => `${'{'.repeat(depth)}a: 1${'}'.repeat(depth)}`;
  expect(parseYamlDocument(nested(4), {})!.toJS()).toEqual({ '{ ? { ? { a: 1 } } }': null });
  expect(parseYamlDocument(nested(30), {})).toBeNull();
  expect(parseYamlDocument('{'.repeat(88), {})).toBeNull();
});
