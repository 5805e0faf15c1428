import { describe, expect, it } from 'vitest';
import { BuildLog } from '../../../../src/docker/cli/build-log.ts';
import type { Progress } from '../../../../src/journal/events.ts';

const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();
const base64 = (text: string | Buffer) => Buffer.from(text as string).toString('base64');
const vertex = (digest: string, name: string, more: object = {}) => ({ digest: `sha256:${digest}`, name, ...more });
const started = (ms: number) => ({ started: at(ms) });
const done = (from: number, to: number) => ({ started: at(from), completed: at(to) });

function read(...lines: (object | string)[]) {
  const told: Progress[] = [];
  let text = '';
  const log = new BuildLog({ log: (part) => (text += part), progress: (progress) => told.push(progress) });
  for (const line of lines) log.line(typeof line === 'string' ? line : JSON.stringify(line));
  log.end();
  return { text, told, log };
}

describe('BuildLog', () => {
  const from = vertex('f', '[1/3] FROM base');
  const copy = vertex('c', '[2/3] COPY . .');
  const run = vertex('r', '[3/3] RUN make');

  it('reads like plain progress', () => {
    const { text } = read(
      { vertexes: [from, copy, run] },
      { vertexes: [{ ...from, ...done(0, 10) }] },
      { vertexes: [{ ...copy, ...done(10, 10), cached: true }] },
      { vertexes: [{ ...run, ...started(20) }] },
      { logs: [{ vertex: run.digest, data: base64('one\ntw'), timestamp: at(120) }] },
      { logs: [{ vertex: run.digest, data: base64('o\n'), timestamp: at(1520) }] },
      { vertexes: [{ ...run, ...done(20, 2020) }] },
    );
    expect(text.split('\n')).toEqual([
      '#1 [1/3] FROM base',
      '#1 DONE 0.0s',
      '#2 [2/3] COPY . .',
      '#2 CACHED',
      '#3 [3/3] RUN make',
      '#3 0.100 one',
      '#3 1.500 two',
      '#3 DONE 2.0s',
      '',
    ]);
  });

  it('counts the steps that a cache can serve', () => {
    const { told, log } = read(
      { vertexes: [vertex('i', '[internal] load build context', done(0, 1)), from, copy, run] },
      { vertexes: [{ ...copy, ...done(10, 10), cached: true }] },
      { vertexes: [{ ...run, ...started(20) }] },
    );
    expect(log.totals).toEqual({ totalSteps: 2, cachedSteps: 1 });
    expect(told.at(-1)).toEqual({ kind: 'build', step: 2, of: 2, cached: 1, name: '[3/3] RUN make' });
  });

  it('counts steps of named stages and of linked targets', () => {
    const { log } = read({ vertexes: [vertex('a', '[web build 2/4] RUN a'), vertex('b', '[stage-1 3/3] WORKDIR /b')] });
    expect(log.totals.totalSteps).toBe(2);
  });

  it('keeps a multi-byte character that was cut in two', () => {
    const bytes = Buffer.from('grün\n');
    const { text } = read(
      { vertexes: [{ ...run, ...started(0) }] },
      { logs: [{ vertex: run.digest, data: base64(bytes.subarray(0, 3)), timestamp: at(0) }] },
      { logs: [{ vertex: run.digest, data: base64(bytes.subarray(3)), timestamp: at(0) }] },
    );
    expect(text).toContain('#1 0.000 grün\n');
  });

  it('shows the last state of a rewritten line, and a last line without an end', () => {
    const { text } = read(
      { vertexes: [{ ...run, ...started(0) }] },
      { logs: [{ vertex: run.digest, data: base64('10%\r50%\r100%\r\n\u001b[31mred\u001b[0m'), timestamp: at(0) }] },
    );
    expect(text.split('\n').slice(1)).toEqual(['#1 0.000 100%', '#1 red', '']);
  });

  it('finds the step that failed, not those that were cancelled for it', () => {
    const { log, text } = read(
      { vertexes: [{ ...copy, ...done(0, 1), error: 'context canceled' }] },
      { vertexes: [{ ...run, ...started(0) }], logs: [{ vertex: run.digest, data: base64('boom\n'), timestamp: at(5) }] },
      { vertexes: [{ ...run, ...done(0, 9), error: 'exit code: 3' }] },
      'Dockerfile:2',
      'ERROR: target x: failed to solve: exit code: 3',
    );
    expect(log.failed).toEqual({ name: '[3/3] RUN make', error: 'exit code: 3', lastLines: ['boom'] });
    expect(log.words).toEqual(['Dockerfile:2', 'ERROR: target x: failed to solve: exit code: 3']);
    expect(text).toContain('ERROR: exit code: 3\n');
  });

  it('says a step done once, however often BuildKit tells it', () => {
    const twice = { vertexes: [{ ...run, ...done(0, 9) }] };
    expect(read(twice, twice).text).toBe('#1 [3/3] RUN make\n#1 DONE 0.0s\n');
  });

  it('survives torn, foreign and malformed lines', () => {
    const { text, log } = read(
      '{"vertexes":[{"digest":"sha256:aa","na',
      'me":"x"},{"digest":"sha256:bb"}]}',
      '{}',
      'null',
      '{"vertexes":[null,3,{"name":"no digest"}],"logs":[{"vertex":"sha256:gone","data":"YQ=="},{"data":4}]}',
      '',
      'time="2026" level=info msg=hello',
    );
    expect(text).toBe('{}\nnull\ntime="2026" level=info msg=hello\n');
    expect(log.failed).toBeNull();
    expect(log.totals).toEqual({ totalSteps: 0, cachedSteps: 0 });
  });

  it('leaves out how bake read its own file', () => {
    expect(read({ vertexes: [vertex('b', '[internal] load local bake definitions', done(0, 1))] }).text).toBe('');
  });
});
