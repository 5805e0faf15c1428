import { describe, expect, it } from 'vitest';
import { engineProblemIn } from '../../../../src/docker/cli/tool-problem.ts';
import { failureSentence, readWords } from '../../../../src/docker/cli/words.ts';

describe('readWords', () => {
  it('takes warnings apart from the rest and strips colours', () => {
    const stderr =
      'time="2026-01-01T00:00:00Z" level=warning msg="The \\"A\\" variable is not set. Defaulting to a blank string."\n' +
      'time="2026-01-01T00:00:00Z" level=warning msg="The \\"A\\" variable is not set. Defaulting to a blank string."\n' +
      'WARNING: Error loading config file\n\u001b[31mvalidating /p/c.yml: services.x additional properties\u001b[0m\n';
    expect(readWords(stderr)).toEqual({
      warnings: ['The "A" variable is not set. Defaulting to a blank string.', 'Error loading config file'],
      lines: ['validating /p/c.yml: services.x additional properties'],
    });
  });
});

describe('failureSentence', () => {
  it('is what the tool said, else the fallback', () => {
    expect(failureSentence('yaml: line 3: bad\n', 'x')).toBe('yaml: line 3: bad');
    expect(failureSentence('time="t" level=warning msg=w\n', 'exit code 1')).toBe('exit code 1');
  });
});

describe('engineProblemIn', () => {
  it.each([
    ['no-engine', 'Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?'],
    ['no-engine', 'ERROR: failed to connect to the docker API at unix:///x.sock; check if the path is correct'],
    ['no-engine', 'error during connect: Get "http://h:2375/v1.45/info": dial tcp: lookup h: no such host'],
    ['no-permission', 'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock'],
  ])('%s', (code, text) => expect(engineProblemIn(`something\n${text}`)?.code).toBe(code));

  it('is null for anything else, also for a permission inside a build', () => {
    expect(engineProblemIn('cp: /x: permission denied')).toBeNull();
  });
});
