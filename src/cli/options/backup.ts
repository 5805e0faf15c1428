import { COMPOSE_FLAGS } from './common.ts';
import { anyText, type FlagSet, many, one, toggle } from './flag.ts';
import { parsePhase, parseWait } from './values.ts';

const DIR_FLAG = one('--dir', '<DIR>', {
  says: 'the folder that holds the backups (default: backups, or backup.directory)',
  parse: anyText,
});

const LOCK_WAIT_FLAG = one('--lock-wait', '<DURATION>', {
  says: 'wait so long for another run on this fleet to end (default: 0s)',
  parse: parseWait,
});

export const BACKUP_FLAGS = {
  volumes: toggle('--volumes', 'also all named volumes of these services; whoever uses them is stopped meanwhile'),
  volume: many('--volume', '<NAME>', { says: 'also this named volume', parse: anyText, completes: 'nothing' }),
  dir: DIR_FLAG,
  phase: one('--phase', '<NAME>', {
    says: 'the phase that its name begins with, such as phase0 (default: the configured one)',
    parse: parsePhase,
    completes: 'nothing',
  }),
  dryRun: toggle('--dry-run', 'say what it would hold and how large it would be, and write nothing'),
  lockWait: LOCK_WAIT_FLAG,
  ...COMPOSE_FLAGS,
} satisfies FlagSet;

export const RESTORE_FLAGS = {
  volumes: toggle('--volumes', 'also the volumes: what is in them now is lost'),
  noFiles: toggle('--no-files', 'leave the files of the project dir as they are'),
  outside: toggle('--outside', 'also write files that lie outside of the project dir'),
  dir: DIR_FLAG,
  dryRun: toggle('--dry-run', 'verify the backup, print what would be done and touch nothing'),
  continue: toggle('--continue', 'resume a restore that had begun to put services in place'),
  lockWait: LOCK_WAIT_FLAG,
  ...COMPOSE_FLAGS,
} satisfies FlagSet;
