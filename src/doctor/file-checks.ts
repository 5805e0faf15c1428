import { checkVariables } from './configuration/check-variables.ts';
import { checkConfiguration, checkConfiguredPorts, checkServices } from './configuration/load-findings.ts';
import { checkBackup } from './prerequisites/check-backup.ts';
import { checkPreBuild } from './prerequisites/check-pre-build.ts';
import { checkStatusFile } from './prerequisites/check-status-file.ts';
import { checkLeftovers } from './remains/check-leftovers.ts';
import { checkLock } from './remains/check-lock.ts';
import { checkOwnFiles } from './remains/check-own-files.ts';
import { checkRecords } from './remains/check-records.ts';
import { checkSecrets } from './secrets/check.ts';
import type { DoctorCheck } from './types.ts';

/** The checks of the files: configuration, Compose files, and what Slipway itself keeps and left. */
export const FILE_CHECKS: readonly DoctorCheck[] = [
  checkConfiguration,
  checkServices,
  checkConfiguredPorts,
  checkVariables,
  checkSecrets,
  checkOwnFiles,
  checkLock,
  checkLeftovers,
  checkRecords,
  checkBackup,
  checkStatusFile,
  checkPreBuild,
];
