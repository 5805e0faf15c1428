import { type EngineProblem, EngineUnavailable } from './port.ts';

/** An answer of the engine that says no; `status` is the HTTP status, `message` the engine's own words. */
export class EngineRefusal extends EngineUnavailable {
  readonly status: number;

  constructor(status: number, message: string) {
    super({ code: 'engine-error', message, remedy: 'see the engine’s own log for more' });
    this.name = 'EngineRefusal';
    this.status = status;
  }
}

/** The problem that a failed engine call stands for; anything but an engine's failure is a bug and thrown on. */
export function problemOf(error: unknown): EngineProblem {
  if (error instanceof EngineUnavailable) return error.problem;
  throw error;
}

/** Whether the engine answered with this HTTP status. */
export function refusedWith(error: unknown, status: number): error is EngineRefusal {
  return error instanceof EngineRefusal && error.status === status;
}

/** What a failure to reach the engine means to the operator. */
export function unreachable(endpoint: string, error: NodeJS.ErrnoException): EngineProblem {
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
      return {
        code: 'no-permission',
        message: `no permission to use the Docker engine at ${endpoint}`,
        remedy: 'add your user to the group docker and log in again, or run as a user who may',
      };
    case 'ENOENT':
    case 'ECONNREFUSED':
      return {
        code: 'no-engine',
        message: `no Docker engine answers at ${endpoint}`,
        remedy: 'start Docker, or set DOCKER_HOST or the docker context to an engine that runs',
      };
    default:
      return {
        code: 'no-engine',
        message: `the Docker engine at ${endpoint} does not answer: ${error.message}`,
        remedy: 'check that the engine runs (docker info)',
      };
  }
}
