import type { FindingKind } from './types.ts';

/** Findings of the checks of files. Those of a configuration that is wrong in itself have codes of their own: docs/configuration.md. */
export const FILE_CODES: Readonly<Record<string, FindingKind>> = {
  'compose-rejected': {
    severity: 'error',
    means: 'Compose refuses its files, or a variable that it requires is not set',
    remedy: 'Mend what Compose names; set the variable that it asks for.',
  },
  'compose-warning': {
    severity: 'warning',
    means: 'Compose warns of something in its files',
    remedy: 'Mend what Compose names.',
  },
  'missing-compose-file': {
    severity: 'error',
    means: 'a Compose file that is named does not exist',
    remedy: 'Mend the path in `fleet.projects`.',
  },
  'no-compose-file': {
    severity: 'error',
    means: 'a project has no Compose file',
    remedy: 'Name the project’s files in `fleet.projects`.',
  },
  'missing-build-context': {
    severity: 'error',
    means: 'a service is built from a folder that does not exist',
    remedy: 'Mend the path in the Compose file, or bring the folder.',
  },
  'missing-dockerfile': {
    severity: 'error',
    means: 'a service is built with a Dockerfile that does not exist',
    remedy: 'Mend the path in the Compose file, or bring the file.',
  },
  'bad-container-name': {
    severity: 'error',
    means: 'the engine would refuse the name of a container',
    remedy: 'Mend `container_name` in the Compose file.',
  },
  'one-shot-guessed': {
    severity: 'info',
    means: 'services were taken for one-shots without anybody having said so',
    remedy: 'Set `kind: service` where it is wrong.',
  },
  'unknown-service': {
    severity: 'error',
    means: 'a configured service is in no Compose file; the nearest name is told',
    remedy: 'Take the name that is proposed, or take the service out.',
  },
  'ambiguous-service': {
    severity: 'error',
    means: 'a configured name is in several projects',
    remedy: 'Write `project/service`.',
  },
  'duplicate-service': { severity: 'error', means: 'two configured names are one service', remedy: 'Name the service once.' },
  'service-in-no-category': {
    severity: 'info',
    means: 'services of the Compose files are in no category',
    remedy: 'Put them into a category, or name them when you rebuild.',
  },
  'port-of-other-service': {
    severity: 'warning',
    means: 'a configured port is published by another service',
    remedy: 'Configure a port that the service itself publishes.',
  },
  'port-not-published': {
    severity: 'warning',
    means: 'a configured port is published by nobody',
    remedy: 'Publish it in the Compose file, or configure the right one.',
  },
  'no-port-to-probe': {
    severity: 'info',
    means: 'a service publishes no fixed port to probe',
    remedy: 'Nothing, if Docker’s own health check is enough.',
  },
  'variable-not-set': {
    severity: 'warning',
    means: 'a Compose file uses a variable that is set nowhere',
    remedy: 'Set it in `.env`, or give it a default in the Compose file.',
  },
  'missing-env-file': {
    severity: 'error',
    means: 'an env file that a service requires does not exist',
    remedy: 'Bring the file, or mark it `required: false`.',
  },
  'env-key-missing': {
    severity: 'warning',
    means: '`.env` lacks a key that its example file has',
    remedy: 'Add the key to `.env`.',
  },
  'no-env-file': {
    severity: 'warning',
    means: 'there is an example of an env file, and no env file',
    remedy: 'Copy the example and fill it in.',
  },
  'secret-in-compose-file': {
    severity: 'warning',
    means: 'a secret is written into a Compose file',
    remedy: 'Move it to a Compose secret or an env file outside git, and change it: it has been shared.',
  },
  'secret-in-build-argument': {
    severity: 'warning',
    means: 'a build argument is a secret, which stays in the image',
    remedy: 'Use a build secret (`build.secrets`).',
  },
  'secret-in-environment': {
    severity: 'info',
    means: 'secrets are environment variables of containers',
    remedy: 'Nothing, or use secrets that are mounted as files.',
  },
  'read-only-folder': {
    severity: 'error',
    means: 'the project dir or the folder of the journals is read-only',
    remedy: 'Mount it to be written to.',
  },
  'disk-full': { severity: 'error', means: 'no space is left for the journals', remedy: 'Free some space there.' },
  'no-permission-to-write': {
    severity: 'error',
    means: 'this user may not write in the project dir, or not the journals',
    remedy: 'Give this user the folder, or run as its owner.',
  },
  'logs-not-writable': {
    severity: 'warning',
    means: 'the logs or the state file cannot be written; a run goes on without them',
    remedy: 'Give this user a folder there with space in it.',
  },
  'files-open-to-others': {
    severity: 'warning',
    means: 'files of Slipway that may hold secrets are open to other users',
    remedy: '`slipway doctor --fix`.',
  },
  'half-written-files': {
    severity: 'info',
    means: 'a killed process left files that it was writing',
    remedy: '`slipway doctor --fix`.',
  },
  'log-folder-missing': {
    severity: 'info',
    means: 'runs kept their logs in a folder that is gone',
    remedy: '`slipway doctor --fix` makes it anew.',
  },
  locked: { severity: 'error', means: 'another Slipway is at work on the fleet', remedy: 'Wait, or `slipway cancel`.' },
  'lock-of-unseen-holder': {
    severity: 'error',
    means: 'the lock is held from another machine or container',
    remedy: 'Look there; if it is gone, `slipway unlock --force`.',
  },
  'foreign-lock': {
    severity: 'error',
    means: "the lock's name on the engine is taken by something that names nobody",
    remedy: 'Look at that container; `slipway unlock --force` when nobody needs it.',
  },
  'stale-lock': {
    severity: 'warning',
    means: 'a process that is gone left its lock',
    remedy: '`slipway doctor --fix`, or `slipway unlock`.',
  },
  'run-cut-off': {
    severity: 'warning',
    means: 'the last run has no end',
    remedy: '`slipway rebuild --continue`; a plain `slipway rebuild` puts it in order and starts anew.',
  },
  'replace-cut-off': {
    severity: 'warning',
    means: 'a replace was cut off and left a container under a temporary name',
    remedy: '`slipway rebuild --continue`; without a run that was cut off, remove the container by hand.',
  },
  'services-left-stopped': {
    severity: 'warning',
    means: 'a killed backup or restore left services stopped',
    remedy: '`slipway doctor --fix` starts them; so does the next run.',
  },
  'volume-half-restored': {
    severity: 'error',
    means: 'a restore was cut off inside a volume',
    remedy: 'Run the restore again: nobody who uses the volume is started before it is whole.',
  },
  'orphan-at-work': {
    severity: 'warning',
    means: 'a killed Slipway left Compose or buildx at work',
    remedy: '`slipway doctor --fix` ends it; so does the next run.',
  },
  'leftover-helpers': {
    severity: 'warning',
    means: 'runs that are over left helper containers',
    remedy: '`slipway doctor --fix`.',
  },
  'leftover-candidates': {
    severity: 'warning',
    means: 'runs that are over left candidate tags',
    remedy: '`slipway doctor --fix`.',
  },
  'leftovers-of-others': {
    severity: 'info',
    means: 'helpers or candidate tags of runs that this folder does not know',
    remedy: 'Look whose they are; `docker rm` and `docker image rm` when nobody needs them.',
  },
  'journal-damaged': { severity: 'error', means: 'a journal has garbage in it', remedy: 'Move the run’s folder away.' },
  'journal-cut-short': {
    severity: 'warning',
    means: 'the last record of a journal was cut short',
    remedy: 'Nothing: what it told is found out anew. A journal without any record: remove the folder of the run.',
  },
  'release-unreadable': {
    severity: 'error',
    means: 'the record of a release cannot be read',
    remedy: 'Move the release’s folder away.',
  },
  'state-file-missing': {
    severity: 'warning',
    means: 'there are runs and no state file',
    remedy: '`slipway doctor --fix` writes it anew.',
  },
  'state-file-damaged': {
    severity: 'warning',
    means: 'the state file is damaged',
    remedy: '`slipway doctor --fix` writes it anew.',
  },
  'state-file-behind': {
    severity: 'warning',
    means: 'the state file does not say what the journals do',
    remedy: '`slipway doctor --fix` writes it anew.',
  },
  'backup-missing': {
    severity: 'error',
    means: 'the backup that `backup.required` demands is missing',
    remedy: '`slipway backup`.',
  },
  'backup-not-whole': { severity: 'warning', means: 'the newest backup has lost files', remedy: '`slipway backup`.' },
  'backup-unfinished': { severity: 'warning', means: 'a backup was cut off', remedy: 'Remove the folder, and take another.' },
  'no-backup-yet': { severity: 'info', means: 'there is no backup, and none is demanded', remedy: '`slipway backup`.' },
  'earlier-phase-open': {
    severity: 'warning',
    means: '`REBUILD_STATUS.md` says that an earlier phase is not complete',
    remedy: 'Finish that phase, or write that it is complete.',
  },
  'named-backup-missing': {
    severity: 'warning',
    means: '`REBUILD_STATUS.md` names a backup that does not exist',
    remedy: 'Bring it back, or name the right one.',
  },
  'listed-check-failed': {
    severity: 'error',
    means: 'a check of `validation.pre_build` did not come out well',
    remedy: 'Mend what it looked at.',
  },
  'listed-check-impossible': {
    severity: 'error',
    means: 'a check of `validation.pre_build` cannot be made as it is written',
    remedy: 'Mend the check in `validation.pre_build`.',
  },
  'listed-check-open': {
    severity: 'info',
    means: 'free text of `validation.pre_build`, for you to look at',
    remedy: 'Look yourself.',
  },
};
