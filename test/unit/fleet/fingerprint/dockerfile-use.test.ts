// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a Dockerfile look like template strings
import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../../../src/fleet/fingerprint/dockerfile.ts';
import { type DockerfileUse, dockerfileUse } from '../../../../src/fleet/fingerprint/dockerfile-use.ts';

interface Given {
  readonly targets?: readonly (string | null)[];
  readonly args?: Readonly<Record<string, string>>;
  readonly contexts?: readonly string[];
}

function use(text: string, { targets = [null], args = {}, contexts = [] }: Given = {}): DockerfileUse {
  return dockerfileUse(parseDockerfile(text), { targets, args: new Map(Object.entries(args)), contexts: new Set(contexts) });
}

/** What is taken from a context: sources in order, or all of it. */
function taken(found: DockerfileUse, context = ''): string[] | 'everything' | undefined {
  const used = found.contexts.get(context);
  return used === undefined || used === 'everything' ? used : [...used];
}

const withBase = (lines: string) => use(`FROM base\n${lines}\n`);

describe('sources of the main context', () => {
  it.each<[string, string[] | undefined]>([
    ['COPY a b /x', ['a', 'b']],
    ['COPY ["a b", "/x"]', ['a b']],
    ['copy --chown=1:1 --chmod=755 a /x', ['a']],
    ['COPY a \\\n  # why\n\n  b \\\n  /x', ['a', 'b']],
    ['COPY <<EOF /x\nCOPY hidden /y\nEOF\nCOPY a /z', ['a']],
    ['RUN <<EOF\nCOPY hidden /y\nEOF\nCOPY a /z', ['a']],
    ['RUN cat << "no heredoc"\nCOPY a /z', ['a']],
    ['ADD a.tar /x', ['a.tar']],
    ['ARG S=a\nCOPY $S/x ${S:-b} ${NO:-c} /x', ['a/x', 'a', 'c']],
    ['ENV S a\nCOPY ${S} /x', ['a']],
    ['COPY "a b" /x', ['.']],
    ['RUN --mount=type=bind,source=pkg.json,target=/p true', ['pkg.json']],
    ['RUN --mount=target=. true', ['.']],
    ['RUN --mount=type=cache,target=/c --mount=type=secret,id=s true', undefined],
    ['RUN echo COPY a /x', undefined],
  ])('%s', (lines, sources) => expect(taken(withBase(lines))).toEqual(sources));

  it('is all of it where a variable comes from the base image', () => {
    expect(taken(withBase('COPY $HOME /x'))).toBe('everything');
  });

  it('is all of it with a base that may bring triggers', () => {
    expect(taken(use('FROM node:8-onbuild\n'))).toBe('everything');
  });

  it('follows the arguments of the build and those before the first FROM', () => {
    const text = 'ARG DIR=one\nFROM base\nARG DIR\nARG NAME=x\nCOPY ${DIR}/${NAME} /x\n';
    expect(taken(use(text))).toEqual(['one/x']);
    expect(taken(use(text, { args: { DIR: 'two', NAME: 'y', OTHER: 'z' } }))).toEqual(['two/y']);
  });

  it('knows the escape directive', () => {
    expect(taken(use('# escape=`\nFROM base\nCOPY a `\n b /x\n'))).toEqual(['a', 'b']);
  });
});

describe('stages', () => {
  const text = `ARG V=1
FROM python:$V AS build
COPY build.txt /x
FROM node AS web
COPY web.txt /x
FROM build
COPY --from=build /x /x
COPY --from=nginx:1 /y /y
COPY app.txt /x
FROM web AS test
COPY --from=1 /x /x
COPY tests /t
`;

  it('only those count that the target needs', () => {
    const found = use(text, { targets: ['2'] });
    expect(taken(found)).toEqual(['build.txt', 'app.txt']);
    expect(found.images).toEqual(['python:1', 'nginx:1']);
    expect(found.text).not.toContain('web.txt');
  });

  it('the last one is the default, and several targets add up', () => {
    expect(taken(use(text))).toEqual(['web.txt', 'tests']);
    expect(taken(use(text, { targets: ['BUILD', 'web'] }))).toEqual(['build.txt', 'web.txt']);
  });

  it('variables pass on to stages that are built upon this one', () => {
    expect(taken(use('FROM a AS one\nARG D=x\nENV E=$D/y\nFROM one\nCOPY $E /z\n'))).toEqual(['x/y']);
  });

  it('additional contexts come before stages and images', () => {
    const found = use('FROM base\nCOPY --from=libs /a /b\nCOPY --from=base2 /x /y\nFROM libs\n', {
      targets: ['0', '1'],
      contexts: ['libs'],
    });
    expect(taken(found, 'libs')).toBe('everything');
    expect(found.images).toEqual(['base', 'base2']);
  });
});

describe('what cannot be known', () => {
  it.each([
    ['FROM base\nADD https://example.org/x /x\n', 'it adds https://example.org/x from the network'],
    ['FROM base\nADD git@example.org:x.git /x\n', 'it adds git@example.org:x.git from the network'],
    ['FROM $BASE\n', 'the image $BASE depends on a variable that is not known'],
    ['# syntax=acme/frontend:1\nFROM base\n', 'the Dockerfile is read by acme/frontend:1'],
    ['RUN true\n', 'the Dockerfile has no stage'],
  ])('%s', (text, why) => expect(use(text).unknown).toBe(why));

  it('is known with a checksum, the usual syntax and a given base', () => {
    const text = '# syntax=docker/dockerfile:1\nARG BASE\nFROM $BASE\nADD --checksum=sha256:0a https://example.org/x /x\n';
    expect(use(text, { args: { BASE: 'mine' } })).toMatchObject({ unknown: null, images: ['mine'] });
  });

  it('is a target that is not there', () =>
    expect(use('FROM base\n', { targets: ['no'] }).unknown).toBe('the Dockerfile has no stage no'));
});
