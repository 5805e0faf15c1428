import { describe, expect, it } from 'vitest';
import type { Probe } from '../../../../src/fleet/types.ts';
import { codes, fleetOf, loadWith, model, serviceOf } from '../../../support/compose-fleet.ts';
import { folderWith } from '../../../support/folder.ts';

const port = (published: string, target = 80, more = '') => `{target: ${target}, published: "${published}"${more}}`;

/** The probe of service `a` as configured, and the findings but for uncategorised neighbours. */
async function probe(services: string, entry: string): Promise<{ probe: Probe; findings: string[]; messages: string[] }> {
  const config = `categories: {core: {services: [{name: a, ${entry}}]}}`;
  const loaded = await loadWith(folderWith({ 'compose.yaml': '', 'slipway.yaml': config }), { '': model(services) });
  const diagnostics = loaded.diagnostics.filter((d) => d.code !== 'service-in-no-category');
  return {
    probe: serviceOf(fleetOf(loaded), 'a').probe,
    findings: codes({ diagnostics }),
    messages: diagnostics.map((d) => `${d.line}:${d.column} ${d.message}`),
  };
}

const http = (wanted: number, host = '127.0.0.1') => ({ kind: 'http', host, port: wanted, path: '/health' });

describe('the probe', () => {
  it('asks the configured port when the service publishes it', async () => {
    const found = await probe(`a: {ports: [${port('8001')}, ${port('8002')}]}`, 'port: 8002, health: /health');
    expect(found).toMatchObject({ probe: http(8002), findings: [] });
  });

  it('asks the own port when the configured one belongs to another service, and says so', async () => {
    const found = await probe(`a: {ports: [${port('8001')}]}\nb: {ports: [${port('8002')}]}`, 'port: 8002, health: /health');
    expect(found).toMatchObject({ probe: http(8001), findings: ['warning port-of-other-service a'] });
    expect(found.messages).toEqual([
      '1:48 Port 8002 of a is published by b; port 8001, which it publishes itself, is used instead',
    ]);
  });

  it('asks the own port when nobody publishes the configured one', async () => {
    const found = await probe(`a: {ports: [${port('8001', 3000)}]}`, 'port: 3000, health: /health');
    expect(found).toMatchObject({ probe: http(8001), findings: ['warning port-not-published a'] });
  });

  it('does not ask another service when there is no own port', async () => {
    const found = await probe(`a: {}\nb: {ports: [${port('8002')}]}`, 'port: 8002, health: /health');
    expect(found).toMatchObject({ probe: { kind: 'none' }, findings: ['warning port-of-other-service a'] });
  });

  it('takes the port of the container whose network it shares', async () => {
    const found = await probe(`vpn: {ports: [${port('8001')}]}\na: {network_mode: "service:vpn"}`, 'port: 8001, health: /health');
    expect(found).toMatchObject({ probe: http(8001), findings: [] });
  });

  it('asks this machine for a service on the host network', async () => {
    expect(await probe('a: {network_mode: host}', 'port: 9000, health: /health')).toMatchObject({
      probe: http(9000),
      findings: [],
    });
  });

  it.each([
    ['0.0.0.0', '127.0.0.1'],
    ['::', '127.0.0.1'],
    ['10.1.1.1', '10.1.1.1'],
  ])('reaches a port bound to %s at %s', async (hostIp, host) => {
    const found = await probe(`a: {ports: [${port('8001', 80, `, host_ip: "${hostIp}"`)}]}`, 'health: /health');
    expect(found.probe).toEqual(http(8001, host));
  });

  it.each(['{target: 80}', port('0'), port('9000-9005')])('cannot ask a port that Docker picks: %s', async (written) => {
    expect(await probe(`a: {ports: [${written}]}`, 'health: /health')).toMatchObject({
      probe: { kind: 'none' },
      findings: ['info no-port-to-probe a'],
    });
  });

  it('never asks a UDP port', async () => {
    const found = await probe(`a: {ports: [${port('53', 53, ', protocol: udp')}]}`, 'health: /health');
    expect(found.probe).toEqual({ kind: 'none' });
  });

  it.each([
    ['{tcp: 8001}', { kind: 'tcp', host: '127.0.0.1', port: 8001 }],
    ['{command: [check, it]}', { kind: 'command', command: ['check', 'it'] }],
    ['none', { kind: 'none' }],
  ])('is as configured: %s', async (health, wanted) => {
    const found = await probe(`a: {ports: [${port('8001')}]}`, `health: ${health}`);
    expect(found).toMatchObject({ probe: wanted, findings: [] });
  });

  it('has the default path of the stack', async () => {
    expect((await probe(`a: {ports: [${port('8001')}]}`, 'stack: python')).probe).toEqual(http(8001));
  });
});
