import { describe, expect, it } from 'vitest';
import { backupTag, candidateTag, parseImageRef, replaceUnit } from '../../../src/fleet/tags.ts';
import type { Fleet } from '../../../src/fleet/types.ts';
import { fleetOf, loadWith, model, serviceOf } from '../../support/compose-fleet.ts';
import { folderWith } from '../../support/folder.ts';

const RUN = '20260204_140000';

async function fleetWith(images: Readonly<Record<string, string | null>>): Promise<Fleet> {
  const services = Object.entries(images).map(([name, image]) => [name, image === null ? {} : { image }]);
  return fleetOf(
    await loadWith(folderWith({ 'compose.yaml': '' }), { '': { name: 'shop', services: Object.fromEntries(services) } }),
  );
}

function tagsOf(fleet: Fleet, key: string): [candidate: string, backup: string] {
  const service = serviceOf(fleet, key);
  return [candidateTag(fleet, service, RUN), backupTag(fleet, service, RUN)];
}

describe('parseImageRef', () => {
  it.each([
    ['web', { repository: 'web', tag: 'latest', digest: null }],
    ['host:5000/x/web', { repository: 'host:5000/x/web', tag: 'latest', digest: null }],
    ['host:5000/x/web:1.2', { repository: 'host:5000/x/web', tag: '1.2', digest: null }],
    ['x/web@sha256:abc', { repository: 'x/web', tag: null, digest: 'sha256:abc' }],
    ['x/web:1@sha256:abc', { repository: 'x/web', tag: '1', digest: 'sha256:abc' }],
  ])('%s', (image, parts) => expect(parseImageRef(image)).toEqual(parts));
});

describe('tags', () => {
  it('names candidate and backup after the repository', async () => {
    const fleet = await fleetWith({ web: null, api: 'host:5000/x/api:1' });
    expect(tagsOf(fleet, 'web')).toEqual([`shop-web:candidate-${RUN}`, `shop-web:pre-phase1-rebuild-${RUN}`]);
    expect(tagsOf(fleet, 'api')).toEqual([`host:5000/x/api:candidate-${RUN}`, `host:5000/x/api:pre-phase1-rebuild-${RUN}`]);
  });

  it('appends the service where a repository is shared under different tags', async () => {
    const fleet = await fleetWith({ web: 'acme/app:web', api: 'docker.io/acme/app:api', other: 'acme/other' });
    expect(tagsOf(fleet, 'web')).toEqual([`acme/app:candidate-${RUN}-web`, `acme/app:pre-phase1-rebuild-${RUN}-web`]);
    expect(tagsOf(fleet, 'api')[0]).toBe(`docker.io/acme/app:candidate-${RUN}-api`);
    expect(tagsOf(fleet, 'other')[0]).toBe(`acme/other:candidate-${RUN}`);
  });

  it('gives one candidate to a replace unit, and a backup to each of its services', async () => {
    const fleet = await fleetWith({ web: 'acme/app', worker: 'docker.io/acme/app:latest', redis: 'redis' });
    expect(replaceUnit(fleet, serviceOf(fleet, 'worker')).map((s) => s.key)).toEqual(['web', 'worker']);
    expect(replaceUnit(fleet, serviceOf(fleet, 'redis')).map((s) => s.key)).toEqual(['redis']);
    expect(tagsOf(fleet, 'web')).toEqual([`acme/app:candidate-${RUN}`, `acme/app:pre-phase1-rebuild-${RUN}`]);
    expect(tagsOf(fleet, 'worker')[0]).toBe(`docker.io/acme/app:candidate-${RUN}`);
    expect(tagsOf(fleet, 'worker')[1]).toBe(`docker.io/acme/app:pre-phase1-rebuild-${RUN}-worker`);
  });

  it('keeps a long tag within 128 characters and apart from its neighbours', async () => {
    const long = 'a'.repeat(120);
    const fleet = await fleetWith({ [`${long}1`]: 'acme/app:1', [`${long}2`]: 'acme/app:2' });
    const tags = fleet.services.map((service) => candidateTag(fleet, service, RUN).split(':')[1]!);
    expect(tags.map((tag) => tag.length)).toEqual([128, 128]);
    expect(new Set(tags).size).toBe(2);
  });

  it('keeps the project apart with a dot: a tag has no slash', async () => {
    const root = folderWith({
      'slipway.yaml': 'fleet: {projects: [{name: one, files: [a.yaml]}, {name: two, files: [b.yaml]}]}',
      'a.yaml': '',
      'b.yaml': '',
    });
    const fleet = fleetOf(
      await loadWith(root, { one: model('api: {image: "acme/app:1"}', 'one'), two: model('api: {image: "acme/app:2"}', 'two') }),
    );
    expect(tagsOf(fleet, 'two/api')[0]).toBe(`acme/app:candidate-${RUN}-two.api`);
  });
});
