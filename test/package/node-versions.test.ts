import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { NODE_VERSIONS, nodeFolder } from '../../scripts/setup/node-versions.mjs';
import { cliEnv } from '../support/cli.ts';
import { FleetFolder } from '../support/fleet-folder.ts';
import { type Packed, packAndInstall } from '../support/packed.ts';

let packed: Packed;

beforeAll(async () => {
  packed = await packAndInstall();
});

afterAll(() => packed?.remove());

/** Runs the installed command with that version of Node.js as the only one on the PATH before the system's. */
async function slipwayOn(version: string, args: readonly string[], cwd: string) {
  const { PATH, ...env } = cliEnv({ XDG_CONFIG_HOME: join(packed.installed, 'home') });
  const options = {
    cwd,
    env: { ...env, PATH: `${nodeFolder(version)}:${PATH}` },
    extendEnv: false,
    reject: false,
    all: true,
  } as const;
  return execa(join(packed.installed, 'node_modules/.bin/slipway'), args, { ...options, stdin: 'ignore' });
}

test('the oldest is the one that the package promises, and the newer lines are there', () => {
  expect(NODE_VERSIONS.map((version: string) => version.split('.')[0])).toEqual(['20', '22', '24']);
  expect(NODE_VERSIONS[0]).toMatch(/^20\.19\./);
});

describe.each(NODE_VERSIONS as string[])('Node.js %s', (version) => {
  test('says its version, plans, rebuilds and reports on a real engine', async () => {
    const node = await execa(join(nodeFolder(version), 'node'), ['--version']);
    expect(node.stdout).toBe(`v${version}`);
    const fleet = new FleetFolder();
    onTestFinished(() => fleet.remove());
    await fleet.compose({ web: await fleet.tiny('web') });
    await fleet.config({ categories: { all: { services: [{ name: 'web', health: 'none', test: { command: null } }] } } });
    const said = await slipwayOn(version, ['--version'], fleet.root);
    expect(said.all).toMatch(/^\d+\.\d+\.\d+$/);
    // --env-file is an option of Node's, too, which must not see it.
    await fleet.write({ 'more.env': 'A=b\n' });
    const planned = await slipwayOn(version, ['plan', '--env-file', 'more.env', '--json'], fleet.root);
    expect(JSON.parse(planned.stdout).services.map(({ service }: { service: string }) => service)).toEqual(['web']);
    const rebuilt = await slipwayOn(version, ['rebuild', '--output', 'plain'], fleet.root);
    expect(rebuilt.exitCode, rebuilt.all).toBe(0);
    expect(fleet.state().web).toMatchObject({ status: 'completed' });
    const report = await slipwayOn(version, ['report', '--format', 'html'], fleet.root);
    expect(report.stdout).toContain('web');
  });
});
