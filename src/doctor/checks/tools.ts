import { coerce, lt } from 'semver';
import type { EngineFacts } from '../../docker/port.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { DoctorCheck } from '../types.ts';

/** The oldest engine that the contract names; BuildKit is the default builder of it (product contract, `doctor`). */
const OLDEST_ENGINE = '20.10.0';

/** Docker, Compose and buildx: there, answering, able to do what is asked of them, and not known to be bad. */
export const checkTools: DoctorCheck = {
  name: 'tools',
  title: 'Docker, Compose and buildx',
  rebuild: 'stops',
  needs: 'nothing',
  run: async ({ facts }) => {
    if (facts.ok) return { seen: versions(facts.value), findings: oldEngine(facts.value) };
    const { code, message, remedy } = facts.error;
    return { seen: 'cannot be used', findings: [{ code, severity: 'error', message, remedy }] };
  },
};

function versions({ docker, compose, buildx }: EngineFacts): string {
  return `Docker ${docker}, Compose ${compose}, buildx ${buildx}`;
}

function oldEngine({ docker }: EngineFacts): Diagnostic[] {
  const version = coerce(docker);
  if (version !== null && !lt(version, OLDEST_ENGINE)) return [];
  return [
    {
      code: 'engine-too-old',
      severity: 'error',
      message: `Docker Engine ${docker} is older than 20.10`,
      remedy: 'install Docker Engine 20.10 or newer',
    },
  ];
}
