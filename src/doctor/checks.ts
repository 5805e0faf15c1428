import { checkBuildKit } from './checks/buildkit.ts';
import { checkDiskSpace } from './checks/disk-space.ts';
import { checkHealthTools } from './checks/health-tools.ts';
import { checkHostPorts } from './checks/host-ports.ts';
import { checkMemory } from './checks/memory.ts';
import { checkSharedTags } from './checks/shared-tags.ts';
import { checkStartFirst } from './checks/start-first.ts';
import { checkTools } from './checks/tools.ts';
import { FILE_CHECKS } from './file-checks.ts';
import type { DoctorCheck } from './types.ts';

/** Every check of doctor, in the order in which people read the results. */
export const DOCTOR_CHECKS: readonly DoctorCheck[] = [
  checkTools,
  checkBuildKit,
  checkDiskSpace,
  checkMemory,
  checkHostPorts,
  checkSharedTags,
  checkStartFirst,
  checkHealthTools,
  ...FILE_CHECKS,
];
