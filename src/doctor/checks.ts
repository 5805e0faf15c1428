import { checkTools } from './checks/tools.ts';
import type { DoctorCheck } from './types.ts';

/** Every check of doctor, in the order in which people read the results. */
export const DOCTOR_CHECKS: readonly DoctorCheck[] = [checkTools];
