import type { Command } from '../../src/cli/command.ts';
import { type Flag, usageOf } from '../../src/cli/options/flag.ts';
import { EXIT, type ExitCode } from '../../src/model/status.ts';
import { markdownTable } from './markdown-table.ts';

const GENERATED = '<!-- Made from the source by `UPDATE_GOLDEN=1 npx vitest run --project unit test/unit/cli/docs.test.ts`. -->';

/** `docs/commands.md`: every command with its options and examples. */
export function commandsPage(commands: readonly Command[], common: readonly Flag<unknown>[]): string {
  const blocks = [
    `# Commands\n\n${GENERATED}`,
    '`slipway <command> [service...] [options]`. The options of every command may also stand before its name. `slipway help COMMAND` prints the same.',
    'How a command ends is told by its [exit code](exit-codes.md).',
    ...commands.map(commandSection),
    `## Options of every command\n\n${flagTable(common)}`,
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** `docs/exit-codes.md`: what each exit code means and what to do. */
export function exitCodesPage(): string {
  const rows = Object.entries(EXIT).map(([name, code]) => {
    const { means, next } = MEANINGS[name as keyof typeof EXIT];
    return [String(code satisfies ExitCode), means, next];
  });
  const notes = [
    'The codes are the same for all commands. A failed rollback (3) beats everything else; an interrupted run ends with 130 or 143 even when services failed in it.',
    '`plan`, `status`, `runs`, `report` and `logs` only look: they end with 0 whatever state they find, and with 2 when they cannot look. `report --complete-phase` ends with 2 when it refuses.',
    '`doctor` ends with 2 when it finds an error. `validate` ends with 1 when it does, with `--strict` also on a warning, and with 2 when it could not check.',
    '`--continue` goes on with the last run, whatever kind it was: `slipway rebuild --continue` resumes a rollback, too.',
  ];
  const table = markdownTable(['code', 'means', 'what to do'], rows);
  return `${[`# Exit codes\n\n${GENERATED}`, table, ...notes].join('\n\n')}\n`;
}

const MEANINGS: Readonly<Record<keyof typeof EXIT, { readonly means: string; readonly next: string }>> = {
  done: { means: 'done; also when there was nothing to do', next: 'nothing' },
  serviceFailed: {
    means: 'a service failed, and was rolled back or left as the policy says',
    next: 'the summary names it; mend it, then `slipway rebuild --continue`',
  },
  couldNotStart: {
    means:
      'could not start: a mistake in the call or the configuration, no engine, the lock is held, the plan is out of date, an image to go back to is gone',
    next: 'stderr says what to change; nothing was started',
  },
  rollbackFailed: { means: 'a rollback failed', next: 'look now: the summary prints the commands that put things back' },
  bug: { means: 'a bug in Slipway', next: 'report it with what `SLIPWAY_DEBUG=1` prints; the run can be continued' },
  interrupted: { means: 'interrupted by Ctrl-C (SIGINT) or `slipway cancel`', next: '`slipway rebuild --continue`' },
  terminated: { means: 'ended by SIGTERM or SIGHUP', next: '`slipway rebuild --continue`' },
};

function commandSection({ name, summary, argument, flags, examples }: Command): string {
  const usage = ['slipway', name, ...(argument ? [argument.usage] : []), ...(Object.keys(flags).length > 0 ? ['[options]'] : [])];
  const width = Math.max(...examples.map((e) => e.run.length));
  const shown = examples.map((e) => `${e.run.padEnd(width)}  # ${e.does}`);
  return [
    `## ${name}`,
    `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
    `\`${usage.join(' ')}\`${argument ? ` (${argument.says})` : ''}`,
    ...(Object.keys(flags).length > 0 ? [flagTable(Object.values(flags))] : []),
    `\`\`\`sh\n${shown.join('\n')}\n\`\`\``,
  ].join('\n\n');
}

function flagTable(flags: readonly Flag<unknown>[]): string {
  return table([['option', 'meaning'], ...flags.map((flag) => [`\`${usageOf(flag)}\``, flag.says])]);
}

/** A Markdown table as the formatter leaves it: columns of one width. */
function table(rows: readonly (readonly string[])[]): string {
  const escaped = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = escaped[0]!.map((_, i) => Math.max(...escaped.map((row) => row[i]!.length)));
  const [head, ...body] = escaped.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`);
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n');
}
