import { upCheck } from './checks/up.ts';
import type { ValidateCheck } from './types.ts';

/** All checks, in the order in which they are told. */
export const VALIDATE_CHECKS: readonly ValidateCheck[] = [upCheck];
