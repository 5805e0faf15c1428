import { chmodSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { slipway } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';
import { REPORT_RUNS, type ReportRun, reportRunFiles } from '../support/report-runs.ts';

const CONFIG =
  'phase: phase1\ncategories:\n  integration: { risk: low, services: [{ name: weather-api }, { name: calendar }] }\n  ai-ml: { risk: medium, services: [{ name: ml-service }, { name: ai-core }] }\n';
const STATUS = '# Status\r\n\r\nPhase 0: before [####] 100% COMPLETE\r\nPhase 1: batch rebuild [    ] PENDING\r\n';

/** A project with this run behind it, and a way to ask about it where no engine is. */
function projectAfter(run: ReportRun, files: Readonly<Record<string, string>> = {}) {
  const cwd = folderWith({ 'slipway.yaml': CONFIG, ...reportRunFiles(run), ...files });
  const env = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
  const ask = async (...args: readonly string[]) => {
    const { stderr, ...rest } = await slipway(['report', ...args], { cwd, env });
    // Diagnostics are wrapped to the width of a terminal.
    return { ...rest, stderr: stderr.replace(/\s+/g, ' ').trim() };
  };
  return { cwd, ask };
}

describe('slipway report, without an engine', () => {
  test('prints the newest run in Markdown, with what the journals know of sizes', async () => {
    const { ask } = projectAfter('failed');
    const { code, stdout, stderr } = await ask();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^# Run 20260204_140000 failed\n/);
    expect(stdout).toContain('| calendar | integration | completed |');
    expect(stdout).toMatch(/aaaaaaaaaaaa \| bbbbbbbbbbbb, 181 MB \| — \|/);
    expect(stdout).toMatch(/go on where it ended: `.+ rebuild --continue`\n$/);
  });

  test('shows the end of the log of a failed build', async () => {
    const log = Array.from({ length: 60 }, (_, i) => `line ${i + 1}`).join('\n');
    const { ask } = projectAfter('failed', { 'logs/phase1_builds/20260204_140000/weather-api.log': `${log}\n` });
    const { stdout } = await ask('--format', 'json');
    const [service] = JSON.parse(stdout).services;
    expect(service.failure.log.file).toBe('logs/phase1_builds/20260204_140000/weather-api.log');
    expect(service.failure.log.lines).toHaveLength(40);
    expect(service.failure.log.lines.at(-1)).toBe('line 60');
  });

  test('writes a file that only its owner can read, in the format of its name', async () => {
    const { cwd, ask } = projectAfter('done');
    expect(await ask('20260204_140000', '--out', 'report.html')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(join(cwd, 'report.html'), 'utf8')).toMatch(/^<!doctype html>/);
    expect(statSync(join(cwd, 'report.html')).mode & 0o777).toBe(0o600);
    await ask('--out', 'junit.xml');
    expect(readFileSync(join(cwd, 'junit.xml'), 'utf8')).toContain('<testsuites name="slipway phase1"');
    expect((await ask('--out', 'no/such/folder.md')).code).toBe(2);
  });

  test('tells a run whose process is gone as interrupted, and does without its plan', async () => {
    const { ask } = projectAfter('interrupted');
    const { code, stdout, stderr } = await ask();
    expect({ code, title: stdout.split('\n')[0] }).toEqual({ code: 0, title: '# Run 20260204_140000 interrupted' });
    expect(stderr).toContain('plan.json');
  });

  test('says which run there is when asked for another', async () => {
    const { code, stderr } = await projectAfter('done').ask('20260204_140001');
    expect({ code, hint: stderr.includes('Did you mean 20260204_140000?') }).toEqual({ code: 2, hint: true });
  });
});

describe('slipway report --complete-phase', () => {
  test('marks the phase in the file that a link leads to, keeps its mode, and does nothing the second time', async () => {
    const { cwd, ask } = projectAfter('done', { 'docs/status.md': STATUS });
    const path = join(cwd, 'docs/status.md');
    symlinkSync('docs/status.md', join(cwd, 'REBUILD_STATUS.md'));
    chmodSync(path, 0o664);
    const marked = await ask('--complete-phase');
    expect(marked).toEqual({ code: 0, stdout: '', stderr: 'REBUILD_STATUS.md: phase1 is marked complete' });
    expect(readFileSync(path, 'utf8')).toBe(STATUS.replace('[    ] PENDING', '[####] 100% COMPLETE'));
    const { mtimeMs, mode } = statSync(path);
    expect(mode & 0o777).toBe(0o664);
    expect((await ask('--complete-phase')).stderr).toBe('REBUILD_STATUS.md says already that phase1 is complete');
    expect(statSync(path).mtimeMs).toBe(mtimeMs);
  });

  test.each([
    ['failed', 'run 20260204_140000 is failed, not done'],
    ['interrupted', 'run 20260204_140000 is interrupted, not done'],
    ['rollback', 'run 20260204_140000 is a rollback, not a rebuild'],
  ] as const)('refuses after a run: %s', async (run, why) => {
    const { cwd, ask } = projectAfter(run, { 'REBUILD_STATUS.md': STATUS });
    const { code, stderr } = await ask('--complete-phase');
    expect({ code, said: stderr.includes(why) }).toEqual({ code: 2, said: true });
    expect(readFileSync(join(cwd, 'REBUILD_STATUS.md'), 'utf8')).toBe(STATUS);
  });

  test('refuses without the file, and one that is no text', async () => {
    const { cwd, ask } = projectAfter('done');
    expect((await ask('--complete-phase')).stderr).toContain('There is no REBUILD_STATUS.md');
    writeFileSync(join(cwd, 'image.png'), Buffer.from([0x89, 0xff, 0xfe, 0x0a]));
    const refused = await ask('--complete-phase', '--status-file', 'image.png');
    expect({ code: refused.code, why: refused.stderr.includes('image.png is not UTF-8 text') }).toEqual({ code: 2, why: true });
  });

  test('prints the report too when its format is given', async () => {
    const { ask } = projectAfter('done', { 'REBUILD_STATUS.md': '# Status\n' });
    const { stdout, stderr } = await ask('--complete-phase', '--format', 'md');
    expect(stderr).toBe('REBUILD_STATUS.md: phase1 is marked complete, in a section at its end');
    expect(stdout).toContain('# Run 20260204_140000 done');
  });
});

test('every run of these tests is a run that is reported on', async () => {
  for (const run of Object.keys(REPORT_RUNS) as ReportRun[]) expect((await projectAfter(run).ask()).code).toBe(0);
});
