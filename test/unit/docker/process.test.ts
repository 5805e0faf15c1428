import { describe, expect, it } from 'vitest';
import { type ChildRequest, runChild } from '../../../src/docker/process.ts';
import { isAlive } from '../../support/alive.ts';

const sh = (script: string, more: Partial<ChildRequest> = {}) =>
  runChild({ argv: ['/bin/sh', '-c', script], env: { PATH: process.env.PATH! }, timeoutMs: 20_000, ...more });

describe('runChild', () => {
  it('gives output, exit code and only the environment it was told', async () => {
    const result = await sh('echo out; echo err >&2; env | grep -c ^HOME= >&2; exit 3', {
      env: { PATH: process.env.PATH!, A: '1' },
    });
    expect(result).toEqual({ end: { kind: 'exited', code: 3 }, stdout: 'out\n', stderr: 'err\n0\n' });
  });

  it('closes stdin unless there is something to read', async () => {
    expect((await sh('cat')).stdout).toBe('');
    expect((await sh('cat', { input: 'told' })).stdout).toBe('told');
  });

  it('survives a child that does not read its input', async () => {
    const result = await sh('exit 0', { input: 'x'.repeat(4 << 20) });
    expect(result.end).toEqual({ kind: 'exited', code: 0 });
  });

  it('streams what is written', async () => {
    const heard: string[] = [];
    const hear = (chunk: Buffer) => heard.push(chunk.toString());
    const result = await sh('echo a; echo b >&2', { onStdout: hear, onStderr: hear });
    expect(heard.sort()).toEqual(['a\n', 'b\n']);
    expect(result).toMatchObject({ stdout: '', stderr: 'b\n' });
  });

  it('says when a program is not there', async () => {
    const result = await runChild({ argv: ['/no/such/program'], env: {}, timeoutMs: 1000 });
    expect(result.end).toMatchObject({ kind: 'not-started', code: 'ENOENT' });
  });

  it('says which signal ended it', async () => {
    expect((await sh('kill -9 $$')).end).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
  });

  it('stops a child that writes too much', async () => {
    const result = await sh('while :; do echo 0123456789; done', { maxOutputBytes: 10_000 });
    expect(result.end).toEqual({ kind: 'stopped', why: 'too-much-output' });
    expect(result.stdout.length).toBeLessThanOrEqual(10_000);
  });

  it('keeps the end of stderr', async () => {
    const result = await sh('yes | head -c 300000 >&2; echo last >&2');
    expect(result.stderr.length).toBeLessThan(200_000);
    expect(result.stderr.endsWith('last\n')).toBe(true);
  });
});

describe('nothing stays alive', () => {
  /** A grandchild that prints its id and, as the leader, does not care about TERM. */
  const stubborn = 'trap "" TERM; (trap "" TERM; exec sleep 1000) & echo $!; wait';

  it('after a time-out, whoever ignores TERM', async () => {
    const result = await sh(stubborn, { timeoutMs: 300, graceMs: 100 });
    expect(result.end).toEqual({ kind: 'stopped', why: 'timeout' });
    expect(isAlive(Number(result.stdout))).toBe(false);
  });

  it('after an abort, and TERM is enough for the polite', async () => {
    const controller = new AbortController();
    let grandchild = 0;
    const result = await sh('sleep 1000 & echo $!; wait', {
      signal: controller.signal,
      onStdout: (chunk) => {
        grandchild = Number(chunk.toString());
        controller.abort();
      },
    });
    expect(result.end).toEqual({ kind: 'stopped', why: 'aborted' });
    expect(isAlive(grandchild)).toBe(false);
  });

  it('when it was aborted before the start', async () => {
    expect((await sh('echo ran', { signal: AbortSignal.abort() })).stdout).toBe('');
  });

  it('when the leader leaves a child behind that holds its output', async () => {
    const result = await sh('sleep 1000 & echo $!');
    expect(result.end).toEqual({ kind: 'exited', code: 0 });
    expect(isAlive(Number(result.stdout))).toBe(false);
  });
});
