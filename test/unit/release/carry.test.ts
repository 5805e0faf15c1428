import { expect, test } from 'vitest';
import type { ComposeModel, StoredProject } from '../../../src/fleet/types.ts';
import { carryService } from '../../../src/release/carry.ts';

const API = {
  image: 'api:latest',
  networks: { default: null },
  volumes: [
    { type: 'volume', source: 'data', target: '/data' },
    { type: 'bind', source: '/host', target: '/host' },
  ],
  secrets: [{ source: 'token' }],
};

function project(changes: Partial<ComposeModel>, token: string): StoredProject {
  const model: ComposeModel = {
    name: 'shop',
    services: { api: API, ui: { image: 'ui:latest' } },
    networks: { default: { name: 'shop_default' } },
    volumes: { data: { name: 'shop_data' } },
    secrets: { token: { name: 'shop_token', environment: 'TOKEN' } },
    ...changes,
  };
  return { model, environment: { TOKEN: token } };
}

test('a service comes with what it needs, and the others stay as they are', () => {
  const into: StoredProject = {
    model: { name: 'shop', services: { api: { image: 'new' }, ui: { image: 'new' } } },
    environment: {},
  };
  const from = project({}, 'one');
  const carried = carryService(into, from, 'api');
  expect(carried).toEqual({
    model: { ...from.model, services: { api: API, ui: { image: 'new' } } },
    environment: { TOKEN: 'one' },
  });
  expect(carryService(into, from, 'nobody')).toBe(into);
});

test('where both have something else under one name, the service’s gets a name of its own', () => {
  const from = project({}, 'one');
  const into = project({ volumes: { data: { name: 'elsewhere' } }, networks: { default: { name: 'another' } } }, 'two');
  const { model, environment } = carryService(into, from, 'api');
  expect(model.volumes).toEqual({ data: { name: 'elsewhere' }, data_of_api: { name: 'shop_data' } });
  expect(model.networks).toEqual({ default: { name: 'another' }, default_of_api: { name: 'shop_default' } });
  expect(environment).toEqual({ TOKEN: 'two', TOKEN_OF_api: 'one' });
  expect(model.secrets).toEqual({
    token: { name: 'shop_token', environment: 'TOKEN' },
    token_of_api: { name: 'shop_token', environment: 'TOKEN_OF_api' },
  });
  // A secret without a target is found under its name in the container: that must not change with it.
  expect(model.services.api).toEqual({
    ...API,
    networks: { default_of_api: null },
    volumes: [{ type: 'volume', source: 'data_of_api', target: '/data' }, API.volumes[1]],
    secrets: [{ source: 'token_of_api', target: '/run/secrets/token' }],
  });
});

test('what is the same in both is not doubled', () => {
  const from = project({}, 'one');
  expect(carryService(from, from, 'api')).toEqual(from);
});
