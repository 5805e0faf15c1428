import type { TestRequest } from '../port.ts';

/**
 * What `docker run` is asked for to test an image: its own entry point replaced by the command, no published port, no health check of
 * its own, nothing of the service's environment or volumes, and an init process so that a test's orphans end with it.
 */
export function testContainer(request: TestRequest, labels: Readonly<Record<string, string>>): object {
  const [program, ...rest] = request.command;
  return {
    Image: request.image,
    Entrypoint: [program],
    Cmd: rest,
    Labels: labels,
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      Init: true,
      NetworkMode: request.network ?? 'none',
      PublishAllPorts: false,
      Mounts: request.mounts.map(({ source, target }) => ({ Type: 'bind', Source: source, Target: target, ReadOnly: true })),
      RestartPolicy: { Name: 'no' },
      // Streamed to us; nothing is to pile up on the engine's disk.
      LogConfig: { Type: 'none' },
      // As much swap as memory means none: a test that needs more ends instead of grinding.
      ...(request.memoryBytes === null ? {} : { Memory: request.memoryBytes, MemorySwap: request.memoryBytes }),
      ...(request.cpus === null ? {} : { NanoCpus: Math.round(request.cpus * 1e9) }),
    },
  };
}
