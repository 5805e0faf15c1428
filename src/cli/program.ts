import { Argument, Command as Commander, CommanderError, InvalidArgumentError, Option } from 'commander';
import { EXIT, type ExitCode } from '../model/status.ts';
import { VERSION } from '../util/version.ts';
import { COMMANDS } from './catalog.ts';
import type { Command } from './command.ts';
import { usage } from './options/combinations.ts';
import { COMMON_FLAGS, HELP_COMMAND, HELP_FLAG, VERSION_FLAG } from './options/common.ts';
import { type Flag, usageOf } from './options/flag.ts';
import type { World } from './world.ts';

/** Reads the command line and runs its command. Mistakes in it end in exit 2; what a command throws is passed on. */
export async function runProgram(world: World): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  const program = makeProgram(world, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...world.args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return await explain(error, world);
  }
}

function makeProgram(world: World, onExit: (code: ExitCode) => void): Commander {
  const program = new Commander('slipway')
    .description('Rebuild a whole fleet of Docker Compose services in parallel without breaking it')
    .version(VERSION, usageOf(VERSION_FLAG), VERSION_FLAG.says)
    .helpOption(usageOf(HELP_FLAG), HELP_FLAG.says)
    .helpCommand(`${HELP_COMMAND.name} ${HELP_COMMAND.usage}`, HELP_COMMAND.says)
    .configureHelp({ showGlobalOptions: true, visibleGlobalOptions: globalOptions })
    .configureOutput({
      writeOut: (text) => world.out.write(text),
      writeErr: (text) => world.err.write(text),
      outputError: () => {},
      getOutHelpWidth: () => helpWidth(world),
      getErrHelpWidth: () => helpWidth(world),
    })
    .exitOverride();
  for (const flag of Object.values(COMMON_FLAGS)) program.addOption(optionOf(flag));
  for (const command of COMMANDS) addCommand(program, command, { world, onExit });
  program.addHelpText('after', '\nStart with `slipway plan`, which touches nothing.');
  return program;
}

function addCommand(
  program: Commander,
  spec: Command,
  { world, onExit }: { world: World; onExit: (code: ExitCode) => void },
): void {
  const command = program.command(spec.name).description(spec.summary);
  if (spec.argument) command.addArgument(new Argument(spec.argument.usage, spec.argument.says));
  for (const flag of Object.values(spec.flags)) command.addOption(optionOf(flag));
  const width = Math.max(...spec.examples.map((e) => e.run.length));
  const examples = spec.examples.map((e) => `  ${e.run.padEnd(width)}  ${e.does}`);
  command.addHelpText('after', `\nExamples:\n${examples.join('\n')}`);
  command.action(async () => onExit(await spec.run(command.args, command.optsWithGlobals(), world)));
}

function optionOf(flag: Flag<unknown>): Option {
  const option = new Option(usageOf(flag), flag.says);
  if (flag.takes === 'nothing') return option;
  return option.argParser((text: string, earlier: unknown) => {
    const read = flag.parse(text);
    if (!read.ok) throw new InvalidArgumentError(read.error);
    return flag.takes === 'many' ? [...((earlier as unknown[] | undefined) ?? []), read.value] : read.value;
  });
}

/** What a command's help lists of the program's own options. */
function globalOptions(command: Commander): Option[] {
  return command.parent ? (command.parent.options.filter((o) => o.long !== '--version') as Option[]) : [];
}

function helpWidth({ out }: World): number {
  return Math.min(100, out.isTty ? out.size().columns || 80 : 100);
}

/** Commander's own words for a mistake, as a diagnostic; help and version are no mistakes. */
async function explain(error: CommanderError, world: World): Promise<ExitCode> {
  if (error.exitCode === 0) return EXIT.done;
  if (error.code === 'commander.help') return EXIT.couldNotStart;
  const { message, advice } = sayPlainly(error.message.replace(/^error: /, ''));
  const command = COMMANDS.find((c) => world.args.includes(c.name));
  const help = `Run slipway${command ? ` ${command.name}` : ''} --help for what there is`;
  const remedy = advice === '' ? help : `${advice}\n${help}`;
  // Loaded late: what measures text takes ten milliseconds, which help and version need not wait for.
  const { complain } = await import('./look.ts');
  complain(world, [usage(message, remedy)], { noColor: world.args.includes('--no-color') });
  return EXIT.couldNotStart;
}

/** What is wrong, and what would be right: commander has the second in a second sentence or line. */
function sayPlainly(text: string): { readonly message: string; readonly advice: string } {
  const value = /^option '(--\S+).*?' argument '(.*)' is invalid\. (.*)$/s.exec(text);
  if (value) return { message: `${value[1]} ${value[2]} is not valid`, advice: value[3]! };
  const [message = '', suggestion = ''] = text.split('\n');
  return { message: message.replace(/\.$/, ''), advice: suggestion.replace(/^\(|\)$/g, '') };
}
