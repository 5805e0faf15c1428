import type { Diagnostic, Severity } from '../model/diagnostic.ts';

/** What a code stands for; `docs/validate.md` has the table of them. */
export interface CodeEntry {
  readonly severity: Severity;
  /** One sentence. */
  readonly means: string;
  /** What to do, one sentence. */
  readonly remedy: string;
}

const error = (means: string, remedy: string): CodeEntry => ({ severity: 'error', means, remedy });
const info = (means: string, remedy: string): CodeEntry => ({ severity: 'info', means, remedy });
const warning = (means: string, remedy: string): CodeEntry => ({ severity: 'warning', means, remedy });

/** Every finding that the checks of validate make, by its stable code. */
export const VALIDATE_CODES = {
  'count-differs': error(
    'Not as many services are completed and up as `--expect` says.',
    'See the table for those that are missing.',
  ),
  'operation-under-way': warning(
    'Something holds the lock that is no run, such as a backup, which may have stopped services.',
    'Validate again when it has ended.',
  ),
  'run-unfinished': error('The last run was interrupted and not continued.', 'Go on with `slipway rebuild --continue`.'),
  'run-failed': error('The last run failed as a whole, for example because of a hook.', 'See `slipway report`.'),
  'service-failed': error(
    'The service failed in the last run that had to do with it.',
    'See `slipway logs SERVICE`; go on with `slipway rebuild --continue`, or rebuild it when a run came after that.',
  ),
  'service-rolled-back': error(
    'A policy put the service back. One that `slipway rollback` put back is well.',
    'See `slipway logs SERVICE`; go on with `slipway rebuild --continue`, or rebuild it when a run came after that.',
  ),
  'service-skipped': error('The service was skipped because a dependency failed.', 'Go on with `slipway rebuild --continue`.'),
  'service-unfinished': error('A run ended before it was done with the service.', 'Go on with `slipway rebuild --continue`.'),
  'never-rebuilt': info(
    'No run of the phase had to do with these services.',
    'Nothing, if that was meant; they are compared with the last release.',
  ),
  'state-file-missing': error(
    'There was a run, but there is no state file.',
    'Have it written anew from the journal with `slipway doctor --fix`.',
  ),
  'state-file-damaged': error(
    'The state file cannot be read.',
    'Have it written anew from the journal with `slipway doctor --fix`.',
  ),
  'state-differs': error(
    'The state file says something else than the journal, of the run or of the named service.',
    'The journal is the truth: `slipway doctor --fix` writes the file anew.',
  ),
  'state-outdated': info(
    'The configuration has other services than when the state file was written.',
    'Nothing; the next run brings it up to date.',
  ),
  'history-unreadable': warning(
    'A run or release cannot be read: it is left out of account.',
    'See what `slipway doctor` says of it.',
  ),
  'image-differs': error(
    'A container runs another image than the last release records.',
    'Put it back with `slipway rollback SERVICE`, or record it with `slipway adopt`.',
  ),
  'tag-moved': warning(
    'The service’s tag stands for another image than the recorded one: a plain `docker compose up` would put that in place.',
    'Move the tag back with `docker tag`, or rebuild the service.',
  ),
  'tag-missing': warning('The service’s tag is gone.', 'Put it back with `docker tag`.'),
  'config-differs': error(
    'A container is configured otherwise than the last release records; settings and names are told, never values.',
    'Put it back with `slipway rollback SERVICE`, or record it with `slipway adopt`.',
  ),
  'mounted-file-changed': warning(
    'A bind-mounted file, or one of a secret or config, changed since the release.',
    'Rebuild the service to take it up, or put the file back.',
  ),
  'files-changed': info('The Compose files say something else of the service than the release.', 'See `slipway plan SERVICE`.'),
  'container-missing': error(
    'The service has no container, though the release records one.',
    'Start it with `docker compose up -d --no-deps SERVICE`, or rebuild it.',
  ),
  'never-started': error(
    'Its container was created, but it never started.',
    'See what the engine said; start it, or rebuild the service.',
  ),
  'not-running': error('Its container has ended.', 'See its last log lines with `slipway logs SERVICE --container`.'),
  'container-paused': error('Its container is paused: it answers nobody.', 'Go on with `docker unpause CONTAINER`.'),
  restarting: error(
    'Its container ends again and again and is being restarted.',
    'See its last log lines with `slipway logs SERVICE --container`.',
  ),
  'container-dead': error(
    'The engine could not remove its container wholly, or is removing it.',
    'Remove it with `docker rm CONTAINER` and rebuild the service.',
  ),
  unhealthy: error('Docker’s own health check of the container fails.', 'See what the check said; it is in the evidence.'),
  'health-starting': warning(
    'Docker’s own health check has not come to an end since the container started.',
    'Validate again in a moment.',
  ),
  'one-shot-failed': error('A one-shot did not end with code 0.', 'See its log; run it again by naming it in a rebuild.'),
  'one-shot-running': warning('A one-shot is still at work.', 'Validate again when it is done.'),
  'replicas-missing': error(
    'Fewer containers than the service is scaled to.',
    'Make them with `docker compose up -d --no-deps SERVICE`.',
  ),
  'replicas-extra': warning(
    'More containers than the service is scaled to.',
    'Remove them with `docker compose up -d --no-deps SERVICE`.',
  ),
  restarted: error(
    'A container ended by itself and was restarted since the run, more often than `validation.limits.restarts`.',
    'See its log with `slipway logs SERVICE --container`.',
  ),
  'started-again': warning(
    'A container was started again since the run, by hand or with the engine.',
    'Nothing, if that was meant.',
  ),
  'container-replaced': warning(
    'A container was made anew since the run, not by a run.',
    'Nothing, if that was meant: it is told until the next run.',
  ),
  'engine-restarted': warning(
    'All containers were started again since the run.',
    'Nothing, if the machine was restarted on purpose.',
  ),
  'one-shot-again': warning('A one-shot ran again since the run, and not by a run.', 'Look for what started it.'),
  'endpoint-failed': error(
    'The health endpoint does not answer, or not well, on the published port.',
    'See `slipway logs SERVICE --container`.',
  ),
  'endpoint-slow': error(
    'The health endpoint answers, but slower than `validation.limits.response_time`.',
    'See what the service does; or set another limit.',
  ),
  'port-closed': warning(
    'Nothing listens on a port that a service without a health endpoint publishes.',
    'See `slipway logs SERVICE --container`; or leave the port out.',
  ),
  'configured-port-wrong': warning(
    'The configuration names a port that the service does not publish; its own one was asked.',
    'Correct `port` in the configuration.',
  ),
  'replace-unfinished': error(
    'A replace was cut off: Compose’s temporary container is left.',
    'Go on with `slipway rebuild --continue`; what no run left, remove or rename by hand.',
  ),
  'not-recorded': warning('A service runs that no release has.', 'Record it with `slipway adopt`.'),
  'orphan-container': warning(
    'A container of the project is of a service that no Compose file has.',
    'Remove it when it is not needed.',
  ),
  'not-started': warning(
    'A service in a category has no container and never had one.',
    'Start it with `slipway rebuild SERVICE`.',
  ),
  'log-crash': error(
    'A container’s log since the run tells of a crash (a panic, an uncaught exception, memory that ran out, a line of the level CRITICAL or FATAL), or holds what `validation.log_errors.patterns` look for.',
    'See `slipway logs SERVICE --container`; what is harmless goes to `validation.log_errors.ignore`.',
  ),
  'log-errors': warning(
    'A container has logged errors since the run.',
    'See `slipway logs SERVICE --container`; what is harmless goes to `validation.log_errors.ignore`.',
  ),
  'build-log-errors': warning(
    'A build of the last run logged errors.',
    'See `slipway logs SERVICE`; what is harmless goes to `validation.log_errors.ignore`.',
  ),
  'log-unread': info('A log cannot be read, for example because its log driver keeps none.', 'Look at it where it is sent to.'),
  'log-cut': info('A container wrote more than is looked through: only the newest part was.', 'See `docker logs CONTAINER`.'),
  'bad-log-pattern': error(
    'A pattern of `validation.log_errors` cannot be used.',
    'Patterns are read as RE2 does: no looking around, no references back.',
  ),
  'memory-high': warning(
    'A container uses more memory than `validation.limits.memory_percent` of what it may use.',
    'Look for a leak, or give it more.',
  ),
  'cpu-high': warning(
    'A container uses more processor time than `validation.limits.cpu_percent` of what it may use.',
    'Look for what keeps it busy, or give it more.',
  ),
  'out-of-memory': error('The system ended a process of a container: its memory ran out.', 'Give it more, or look for a leak.'),
  'listed-check-failed': error(
    'A check of `validation.post_build` or `validation.post_deployment` did not come out well.',
    'The message says what was seen.',
  ),
  'listed-check-impossible': error('A listed check cannot be made as it is written.', 'Correct it in the configuration.'),
  'listed-check-open': info('Free text of a list, for the operator to look at.', 'Look at it; or write it as a check.'),
  'listed-check-covered': info('Free text of a list that a check of Slipway answers.', 'See that check.'),
  'window-cut-short': info('`--watch` was ended before its time.', 'Watch again for as long as you want to know.'),
  'window-blind': warning('The engine did not answer at some looks of `--watch`.', 'See whether Docker runs.'),
  'run-in-window': warning(
    'A run was at work during `--watch`; that it took down the services that it changed is no finding.',
    'Watch again when it has ended.',
  ),
  'no-baseline': info(
    'The run that replaced services noted nothing of how they did before it, or none has.',
    'A rebuild notes it of what it replaces, unless `validation.watch.baseline` is false.',
  ),
  'answers-lost': error('A service did not always answer well in the window.', 'See `slipway logs SERVICE --container`.'),
  'answers-slower': warning(
    'A service answers slower than before the run, by more than `validation.watch.latency_factor`.',
    'See what the service does; or set another factor.',
  ),
  'errors-rose': error(
    'A service logs more errors a minute than before the run, by more than `validation.watch.error_factor`.',
    'See `slipway logs SERVICE --container`.',
  ),
  'errors-in-window': warning(
    'A service logged errors in the window: too few to make a rate, or there is nothing to compare with.',
    'See `slipway logs SERVICE --container`.',
  ),
  'fell-in-window': error('A service was down, or was started again, in the window.', 'See `slipway logs SERVICE --container`.'),
} as const satisfies Readonly<Record<string, CodeEntry>>;

export type ValidateCode = keyof typeof VALIDATE_CODES;

/** A finding with the severity of its code. */
export function finding(code: ValidateCode, about: Omit<Diagnostic, 'code' | 'severity'>): Diagnostic {
  return { code, severity: VALIDATE_CODES[code].severity, ...about };
}
