import { describe, expect, it } from 'vitest';
import { type BakeFile, type CandidateBuild, candidateBake } from '../../../../src/docker/cli/bake-file.ts';

const labels = (service: string) => ({ 'com.docker.compose.service': service });
const printed: BakeFile = {
  target: {
    a_b: {
      context: '/p/a',
      args: { TOKEN: 'hidden' },
      labels: labels('a.b'),
      tags: ['shop/a.b:latest', 'extra:1'],
      output: ['type=docker'],
    },
    web: {
      context: '/p/web',
      contexts: { basis: 'target:a_b', docs: '/p/docs' },
      labels: labels('web'),
      tags: ['shop-web'],
      network: 'host',
      'cache-from': ['own'],
      secret: ['id=t,type=env,env=TOK', 'id=f,type=file,src=/x'],
    },
    // A service whose name is what the dots of another one become.
    other: { context: '/p/o', labels: labels('a_b'), tags: ['shop-a_b'] },
  },
};
const plain: Omit<CandidateBuild, 'service'> = {
  candidate: 'shop/x:candidate-1',
  stage: null,
  noCache: false,
  pull: false,
  inlineCache: false,
  cacheFrom: [],
  cacheTo: [],
};

function bakeOf(service: string, more: Partial<CandidateBuild> = {}) {
  const bake = candidateBake(printed, { ...plain, service, ...more });
  if (!bake.ok) throw new Error(bake.error);
  return bake.value;
}

describe('candidateBake', () => {
  it('changes nothing but the tags', () => {
    expect(bakeOf('a.b')).toEqual({
      file: { target: { a_b: { ...printed.target.a_b, tags: ['shop/x:candidate-1'] } } },
      target: 'a_b',
      allow: [],
      secretVariables: [],
      attested: false,
    });
  });

  it('finds a service by its label, not by its dotted name', () => {
    expect(bakeOf('a_b').target).toBe('other');
  });

  it('brings what the service is built from, without its tags and without --no-cache', () => {
    const bake = bakeOf('web', { noCache: true, pull: true });
    expect(Object.keys(bake.file.target).sort()).toEqual(['a_b', 'web']);
    expect(bake.file.target.a_b).not.toHaveProperty('tags');
    expect(bake.file.target.a_b).not.toHaveProperty('no-cache');
    expect(bake.file.target.web).toMatchObject({ 'no-cache': true, pull: true, tags: ['shop/x:candidate-1'] });
  });

  it('names the entitlements and secret variables that the build needs', () => {
    expect(bakeOf('web')).toMatchObject({ allow: ['network.host'], secretVariables: ['TOK'] });
  });

  it('adds caches to those of the Compose file, and builds another stage', () => {
    const web = bakeOf('web', { cacheFrom: ['type=local,src=/c'], inlineCache: true, stage: 'test' }).file.target.web;
    expect(web).toMatchObject({ 'cache-from': ['own', 'type=local,src=/c'], 'cache-to': ['type=inline'], target: 'test' });
  });

  it('says when Compose builds nothing for the service', () => {
    expect(candidateBake(printed, { ...plain, service: 'db' })).toEqual({ ok: false, error: 'Compose builds no image for db' });
  });
});
