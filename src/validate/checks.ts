import { buildLogsCheck } from './checks/build-logs.ts';
import { configurationCheck } from './checks/configuration.ts';
import { containerLogsCheck } from './checks/container-logs.ts';
import { countsCheck } from './checks/counts.ts';
import { endpointsCheck } from './checks/endpoints.ts';
import { imageCheck } from './checks/image.ts';
import { limitsCheck } from './checks/limits.ts';
import { postBuildCheck, postDeploymentCheck } from './checks/listed.ts';
import { outcomeCheck } from './checks/outcome.ts';
import { restartsCheck } from './checks/restarts.ts';
import { stateFileCheck } from './checks/state-file.ts';
import { straysCheck } from './checks/strays.ts';
import { upCheck } from './checks/up.ts';
import type { ValidateCheck } from './types.ts';

/** All checks, in the order in which they are told. */
export const VALIDATE_CHECKS: readonly ValidateCheck[] = [
  outcomeCheck,
  stateFileCheck,
  imageCheck,
  configurationCheck,
  upCheck,
  restartsCheck,
  endpointsCheck,
  containerLogsCheck,
  buildLogsCheck,
  limitsCheck,
  straysCheck,
  postBuildCheck,
  postDeploymentCheck,
  countsCheck,
];
