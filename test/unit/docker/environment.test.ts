import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { childEnvironment, dockerEndpoint } from '../../../src/docker/environment.ts';

describe('childEnvironment', () => {
  it('drops what could redirect Compose or buildx and keeps what names the engine', () => {
    const env = childEnvironment({
      COMPOSE_PROJECT_NAME: 'other',
      COMPOSE_FILE: '/etc/x.yml',
      COMPOSE_PROFILES: 'x',
      BUILDX_BUILDER: 'far',
      BUILDX_BAKE_FILE: 'x',
      DOCKER_BUILDKIT: '0',
      DOCKER_HOST: 'tcp://h:1',
      DOCKER_CONTEXT: 'c',
      HTTPS_PROXY: 'http://p',
      PATH: '/bin',
      NOTHING: undefined,
    });
    expect(
      Object.keys(env)
        .filter((name) => /^(COMPOSE|BUILDX)_/.test(name))
        .sort(),
    ).toEqual(['BUILDX_BAKE_ENTITLEMENTS_FS', 'BUILDX_NO_DEFAULT_ATTESTATIONS', 'COMPOSE_REMOVE_ORPHANS']);
    expect(env).toMatchObject({ DOCKER_HOST: 'tcp://h:1', DOCKER_CONTEXT: 'c', HTTPS_PROXY: 'http://p', PATH: '/bin' });
    expect(env).not.toHaveProperty('DOCKER_BUILDKIT');
    expect(env).not.toHaveProperty('NOTHING');
  });

  it('overrides what the shell says about orphans and attestations', () => {
    const env = childEnvironment({ COMPOSE_REMOVE_ORPHANS: '1', BUILDX_NO_DEFAULT_ATTESTATIONS: '0' });
    expect(env).toMatchObject({ COMPOSE_REMOVE_ORPHANS: '0', BUILDX_NO_DEFAULT_ATTESTATIONS: '1' });
  });

  it('leaves a Go garbage collector setting alone', () => {
    expect(childEnvironment({ GOGC: '50' }).GOGC).toBe('50');
  });
});

describe('dockerEndpoint', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-endpoint-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function writeContext(name: string, host: string) {
    const at = join(folder, 'contexts', 'meta', createHash('sha256').update(name).digest('hex'));
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }));
  }

  it('is the local socket without any setting', () => {
    expect(dockerEndpoint({ DOCKER_CONFIG: folder })).toEqual({
      ok: true,
      value: { kind: 'unix', path: '/var/run/docker.sock' },
    });
  });

  it('follows the current context, which DOCKER_CONTEXT overrides and DOCKER_HOST beats', () => {
    writeContext('far', 'unix:///run/far.sock');
    writeContext('near', 'tcp://near:2375');
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ currentContext: 'far' }));
    const at = (env: Record<string, string>) => {
      const endpoint = dockerEndpoint({ DOCKER_CONFIG: folder, ...env });
      return endpoint.ok ? endpoint.value : endpoint.error;
    };
    expect(at({})).toEqual({ kind: 'unix', path: '/run/far.sock' });
    expect(at({ DOCKER_CONTEXT: 'near' })).toEqual({ kind: 'tcp', host: 'near', port: 2375, tls: null });
    expect(at({ DOCKER_CONTEXT: 'near', DOCKER_HOST: 'unix:///x.sock' })).toEqual({ kind: 'unix', path: '/x.sock' });
    expect(at({ DOCKER_CONTEXT: 'default' })).toEqual({ kind: 'unix', path: '/var/run/docker.sock' });
  });

  it('reads client certificates when TLS is asked for', () => {
    for (const file of ['ca', 'cert', 'key']) writeFileSync(join(folder, `${file}.pem`), file.toUpperCase());
    expect(dockerEndpoint({ DOCKER_HOST: 'tcp://[::1]', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder })).toEqual({
      ok: true,
      value: { kind: 'tcp', host: '::1', port: 2376, tls: { ca: 'CA', cert: 'CERT', key: 'KEY' } },
    });
  });

  it('says what is wrong with an address or context that cannot be used', () => {
    expect(dockerEndpoint({ DOCKER_HOST: 'ssh://me@host' })).toMatchObject({ ok: false, error: { code: 'no-engine' } });
    const missing = dockerEndpoint({ DOCKER_CONFIG: folder, DOCKER_CONTEXT: 'gone' });
    expect(missing).toMatchObject({ ok: false, error: { code: 'no-engine', message: expect.stringContaining('gone') } });
  });
});
