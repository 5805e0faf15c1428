import { type Command, defineCommand } from './command.ts';
import { BACKUP_FLAGS, RESTORE_FLAGS } from './options/backup.ts';
import { CANCEL_FLAGS, CONTROL_FLAGS } from './options/control.ts';
import { DOCTOR_FLAGS } from './options/doctor.ts';
import { INIT_FLAGS } from './options/init.ts';
import { MONITOR_FLAGS } from './options/monitor.ts';
import { PLAN_FLAGS, REBUILD_FLAGS } from './options/rebuild.ts';
import { ADOPT_FLAGS, CLEAN_FLAGS, RELEASES_FLAGS } from './options/releases.ts';
import { REPORT_FLAGS } from './options/report.ts';
import { ROLLBACK_FLAGS } from './options/rollback.ts';
import { SERVE_FLAGS } from './options/serve.ts';
import { SIMULATE_FLAGS } from './options/simulate.ts';
import { VALIDATE_FLAGS } from './options/validate.ts';
import { LOGS_FLAGS, RUNS_FLAGS, STATUS_FLAGS, UNLOCK_FLAGS } from './options/views.ts';

const SERVICES = { usage: '[service...]', says: 'only these services; several projects: project/service' };

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  defineCommand({
    name: 'rebuild',
    summary: 'build, test and replace services, and put back what fails',
    argument: SERVICES,
    flags: REBUILD_FLAGS,
    examples: [
      { run: 'slipway rebuild', does: 'everything that changed' },
      { run: 'slipway rebuild weather-api --no-cache', does: 'one service, built anew' },
      { run: 'slipway rebuild --category integration --batch-size 10', does: 'one category, ten at once' },
      { run: 'slipway rebuild --continue', does: 'go on where the last run ended' },
    ],
    load: async () => (await import('./commands/rebuild.ts')).runRebuild,
  }),
  defineCommand({
    name: 'plan',
    summary: 'say what rebuild would do and why, and touch nothing',
    argument: SERVICES,
    flags: PLAN_FLAGS,
    examples: [
      { run: 'slipway plan', does: 'what a rebuild would do now' },
      { run: 'slipway plan --category integration --json', does: 'for a script' },
      { run: 'slipway plan --out plan.json', does: 'keep it for slipway rebuild --plan plan.json' },
    ],
    load: async () => (await import('./commands/plan.ts')).runPlan,
  }),
  defineCommand({
    name: 'doctor',
    summary: 'say whether a rebuild can start here: engine, tools, disk, memory, ports, configuration',
    argument: SERVICES,
    flags: DOCTOR_FLAGS,
    examples: [
      { run: 'slipway doctor', does: 'look at everything, and say what to do about what is wrong' },
      { run: 'slipway doctor --json', does: 'for a script; exit code 2 when an error was found' },
      { run: 'slipway doctor --fix', does: 'put right what a crash left, after asking' },
    ],
    load: async () => (await import('./commands/doctor.ts')).runDoctor,
  }),
  defineCommand({
    name: 'simulate',
    summary: 'forecast a rebuild from recorded durations, without a Docker engine',
    argument: SERVICES,
    flags: SIMULATE_FLAGS,
    examples: [
      { run: 'slipway simulate', does: 'how long a rebuild of everything would take, and with other batch sizes' },
      { run: 'slipway simulate --batch-size 10', does: 'ten services at once, in detail' },
      { run: 'slipway simulate --category integration --batch-size 5,10,all', does: 'compare these for one category' },
      { run: 'slipway simulate --runs 200 --json', does: 'a surer 90th percentile, for a script' },
    ],
    load: async () => (await import('./commands/simulate.ts')).runSimulate,
  }),
  defineCommand({
    name: 'backup',
    summary: 'save images, configuration and named volumes to a folder that can be restored; verify or list such folders',
    argument: {
      usage: '[service...]',
      says: 'only these services; or verify [FOLDER], or list',
      verbs: { verify: 'backups', list: 'nothing' },
    },
    flags: BACKUP_FLAGS,
    examples: [
      { run: 'slipway backup', does: 'images and configuration of the whole fleet' },
      { run: 'slipway backup --volumes', does: 'with the data: services stand still while it is read' },
      { run: 'slipway backup --phase phase0', does: 'before phase 1 begins: backups/phase0_<time>' },
      { run: 'slipway backup --dry-run', does: 'how large it would be' },
      { run: 'slipway backup verify', does: 'read the newest one and check it' },
      { run: 'slipway backup list', does: 'what there is' },
    ],
    load: async () => (await import('./commands/backup.ts')).runBackup,
  }),
  defineCommand({
    name: 'restore',
    summary: 'verify a backup, show what it would change, and put it back',
    argument: {
      usage: '[folder] [service...]',
      says: 'the folder of a backup (default: the newest), and only these services of it',
    },
    flags: RESTORE_FLAGS,
    examples: [
      { run: 'slipway restore --dry-run', does: 'what the newest backup would change' },
      { run: 'slipway restore backups/phase1_20260204_140000 --volumes', does: 'everything, with the data' },
      { run: 'slipway restore weather-api --no-files', does: 'one service as it ran' },
    ],
    load: async () => (await import('./commands/restore.ts')).runRestore,
  }),
  defineCommand({
    name: 'monitor',
    summary: 'watch the running or the last run on the whole screen: progress, services, lanes, containers, logs',
    argument: null,
    flags: MONITOR_FLAGS,
    examples: [
      { run: 'slipway monitor', does: 'from another terminal; ? lists the keys' },
      { run: 'slipway monitor --once', does: 'everything once, for a ticket or a dumb terminal' },
      { run: 'slipway monitor --run 20260204_140000', does: 'an earlier run' },
    ],
    load: async () => (await import('./commands/monitor.ts')).runMonitorCommand,
  }),
  defineCommand({
    name: 'validate',
    summary: 'say whether the fleet is as the last run and release record it: image, configuration, health, endpoints, logs',
    argument: SERVICES,
    flags: VALIDATE_FLAGS,
    examples: [
      { run: 'slipway validate', does: 'the whole fleet; exit code 1 when it is not as recorded' },
      { run: 'slipway validate --expect 40', does: 'and forty services have to be completed and up' },
      { run: 'slipway validate --category integration --strict', does: 'one category, and warnings count too' },
      { run: 'slipway validate --junit validate.xml', does: 'for a CI server' },
      { run: 'slipway validate --watch 15m', does: 'and watch: errors and response times, compared with before the rebuild' },
    ],
    load: async () => (await import('./commands/validate.ts')).runValidate,
  }),
  defineCommand({
    name: 'status',
    summary: 'where the last run and each service stand, on one screen',
    argument: null,
    flags: STATUS_FLAGS,
    examples: [
      { run: 'slipway status', does: 'the present state' },
      { run: 'slipway status --json', does: 'for a script' },
    ],
    load: async () => (await import('./commands/status.ts')).runStatus,
  }),
  defineCommand({
    name: 'runs',
    summary: 'list the runs of the phase, the newest first',
    argument: null,
    flags: RUNS_FLAGS,
    examples: [{ run: 'slipway runs', does: 'run ids, how they ended, how long they took' }],
    load: async () => (await import('./commands/runs.ts')).runRuns,
  }),
  defineCommand({
    name: 'report',
    summary: 'report on a run: results, durations, failures with their logs, downtimes, images and what to do next',
    argument: { usage: '[run]', says: 'its id (default: the newest)' },
    flags: REPORT_FLAGS,
    examples: [
      { run: 'slipway report', does: 'on the newest run, in Markdown' },
      { run: 'slipway report --out report.html', does: 'one HTML file, to keep or to send' },
      { run: 'slipway report 20260204_140000 --format junit --out junit.xml', does: 'for a CI that reads JUnit' },
      { run: 'slipway report --complete-phase', does: 'mark the phase complete in REBUILD_STATUS.md' },
    ],
    load: async () => (await import('./commands/report.ts')).runReport,
  }),
  defineCommand({
    name: 'logs',
    summary: "print a service's build or test log, or what its containers write",
    argument: { usage: '<service>', says: 'the service; several projects: project/service' },
    flags: LOGS_FLAGS,
    examples: [
      { run: 'slipway logs weather-api', does: 'its newest build log' },
      { run: 'slipway logs weather-api --test -f', does: 'its test log, while it is being written' },
      { run: 'slipway logs weather-api --container -f', does: 'what it writes now, also after a replacement' },
    ],
    load: async () => (await import('./commands/logs.ts')).runLogs,
  }),
  defineCommand({
    name: 'pause',
    summary: 'have a live run start nothing new until it is resumed',
    argument: null,
    flags: CONTROL_FLAGS,
    examples: [{ run: 'slipway pause', does: 'from another terminal; what is under way comes to its end' }],
    load: async () => (await import('./commands/pause.ts')).runPause,
  }),
  defineCommand({
    name: 'resume',
    summary: 'have a paused run go on',
    argument: null,
    flags: CONTROL_FLAGS,
    examples: [{ run: 'slipway resume', does: 'what was held begins' }],
    load: async () => (await import('./commands/resume.ts')).runResume,
  }),
  defineCommand({
    name: 'cancel',
    summary: 'bring a live run to its end, as Ctrl-C where it was started does',
    argument: null,
    flags: CANCEL_FLAGS,
    examples: [
      { run: 'slipway cancel', does: 'finish what is under way, start nothing new' },
      { run: 'slipway cancel --now --yes', does: 'end builds and tests too, without asking' },
    ],
    load: async () => (await import('./commands/cancel.ts')).runCancel,
  }),
  defineCommand({
    name: 'serve',
    summary: 'serve a web page on which the fleet is seen being rebuilt, from any run and process',
    argument: null,
    flags: SERVE_FLAGS,
    examples: [
      { run: 'slipway serve', does: 'for a browser on this machine' },
      { run: 'slipway serve --port 0', does: 'on any port that is free' },
      { run: 'slipway serve --host 0.0.0.0 --token-file token', does: 'for others, who need the token' },
    ],
    load: async () => (await import('./commands/serve.ts')).runServe,
  }),
  defineCommand({
    name: 'rollback',
    summary: 'put an earlier release of services back, image and configuration',
    argument: SERVICES,
    flags: ROLLBACK_FLAGS,
    examples: [
      { run: 'slipway rollback weather-api', does: 'to the newest release in which it ran well with something else' },
      { run: 'slipway rollback --all --to 20260204_140000', does: 'the whole fleet as one release has it' },
      { run: 'slipway rollback --all --dry-run', does: 'only say what would go back, and to what' },
    ],
    load: async () => (await import('./commands/rollback.ts')).runRollback,
  }),
  defineCommand({
    name: 'releases',
    summary: 'list what can be rolled back to, show one release, or compare two',
    argument: { usage: '[release...]', says: 'one to show its services, two to compare them' },
    flags: RELEASES_FLAGS,
    examples: [
      { run: 'slipway releases', does: 'all of them, and whether their images are still there' },
      { run: 'slipway releases 20260204_140000', does: 'its services' },
      { run: 'slipway releases --compare', does: 'what differs between the two newest' },
    ],
    load: async () => (await import('./commands/releases.ts')).runReleases,
  }),
  defineCommand({
    name: 'adopt',
    summary: 'record what runs now as a release, without changing any of it',
    argument: null,
    flags: ADOPT_FLAGS,
    examples: [{ run: 'slipway adopt', does: 'before the first rebuild of a fleet, or after changes by hand' }],
    load: async () => (await import('./commands/adopt.ts')).runAdopt,
  }),
  defineCommand({
    name: 'clean',
    summary: 'remove releases, backup tags, logs and leftovers that are past their keep',
    argument: null,
    flags: CLEAN_FLAGS,
    examples: [
      { run: 'slipway clean --dry-run', does: 'what would go' },
      { run: 'slipway clean --yes', does: 'remove it without asking' },
    ],
    load: async () => (await import('./commands/clean.ts')).runClean,
  }),
  defineCommand({
    name: 'completion',
    summary: 'print what has a shell complete commands, options, services, runs and releases',
    argument: { usage: '<bash|zsh|fish>', says: 'the shell' },
    flags: {},
    examples: [
      { run: 'source <(slipway completion bash)', does: 'in ~/.bashrc; zsh the same in ~/.zshrc' },
      { run: 'slipway completion fish | source', does: 'in ~/.config/fish/config.fish' },
    ],
    load: async () => (await import('./commands/completion.ts')).runCompletion,
  }),
  defineCommand({
    name: 'init',
    summary: 'propose a configuration from the Compose files, or rewrite one of the older form',
    argument: { usage: '[file...]', says: 'Compose files, or folders of Compose projects (default: the usual files)' },
    flags: INIT_FLAGS,
    examples: [
      { run: 'slipway init --dry-run', does: 'look at a proposal' },
      { run: 'slipway init', does: 'write it to slipway.yaml' },
      { run: 'slipway init compose.yml compose.prod.yml', does: 'one project of several files' },
      { run: 'slipway init core web', does: 'a fleet of the Compose projects in two folders' },
      { run: 'slipway init --from scripts/config.yaml', does: 'carry an older configuration over' },
    ],
    load: async () => (await import('./commands/init.ts')).runInit,
  }),
  defineCommand({
    name: 'unlock',
    summary: 'remove the lock that a dead process left behind',
    argument: null,
    flags: UNLOCK_FLAGS,
    examples: [
      { run: 'slipway unlock', does: 'if its holder is gone' },
      { run: 'slipway unlock --force --yes', does: 'whoever holds it' },
    ],
    load: async () => (await import('./commands/unlock.ts')).runUnlock,
  }),
];
