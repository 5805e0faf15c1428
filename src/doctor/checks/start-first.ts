import { preflightObstacles } from '../../fleet/service/start-first.ts';
import type { Service } from '../../fleet/types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { counted } from '../../util/human.ts';
import type { DoctorCheck } from '../types.ts';

/** Whether services that are to be replaced start-first, or with a preflight, can be; what nobody asked for is no finding (traps T5). */
export const checkStartFirst: DoctorCheck = {
  name: 'start-first',
  title: 'Start-first and preflight',
  rebuild: 'goes-on',
  needs: 'fleet',
  run: async ({ selected }) => {
    const startFirst = selected.filter(({ replace, kind }) => replace.order === 'start-first' && kind === 'service');
    const preflight = selected.filter(({ replace, kind }) => replace.preflight && kind === 'service');
    return {
      seen: `asked for by ${counted(new Set([...startFirst, ...preflight]).size, 'service')}`,
      findings: [...startFirst.flatMap(startFirstFinding), ...preflight.flatMap(preflightFinding)],
    };
  },
};

function startFirstFinding(service: Service): Diagnostic[] {
  if (service.startFirstObstacles.length === 0) return [];
  return [
    {
      code: 'start-first-impossible',
      severity: 'warning',
      service: service.key,
      message: `${service.key} is to be replaced start-first and cannot be: it is stopped first`,
      ...service.place,
      evidence: service.startFirstObstacles.join('\n'),
      remedy:
        'take away what stands in the way, or set replace.order to stop-first; replace.preflight tries the candidate beside the old one',
    },
  ];
}

/** A service that is replaced start-first needs no shadow. */
function preflightFinding(service: Service): Diagnostic[] {
  const obstacles = preflightObstacles(service.compose);
  if (obstacles.length === 0) return [];
  return [
    {
      code: 'preflight-impossible',
      severity: 'warning',
      service: service.key,
      message: `${service.key} is to be tried beside the old container before it is replaced, and cannot be`,
      ...service.place,
      evidence: obstacles.join('\n'),
      remedy: 'take away what stands in the way, or set replace.preflight to false',
    },
  ];
}
