import type { ExitCode } from '../model/status.ts';
import { COMMON_FLAGS, type CommonValues } from './options/common.ts';
import type { Completes } from './options/flag.ts';
import { type Collected, type FlagSet, type ValuesOf, valuesOf } from './options/flag.ts';
import type { World } from './world.ts';

/** One call of a command. */
export interface Call<F extends FlagSet> {
  readonly args: readonly string[];
  readonly values: ValuesOf<F> & CommonValues;
  readonly world: World;
}

/** What does a command's work. Expected failures end in an exit code; bugs are thrown. */
type Action<F extends FlagSet> = (call: Call<F>) => Promise<ExitCode>;

/** The words that a command takes beside its options. */
export interface Argument {
  /** As in help: `[service...]`. What the words are called tells what a shell offers for them. */
  readonly usage: string;
  readonly says: string;
  /** Words that may stand in the place of the first one, and what follows each. */
  readonly verbs?: Readonly<Record<string, Completes>>;
}

/** A command as data: its help and `docs/commands.md` are made from it. */
export interface CommandSpec<F extends FlagSet> {
  readonly name: string;
  readonly summary: string;
  /** Null = none. */
  readonly argument: Argument | null;
  readonly flags: F;
  readonly examples: readonly { readonly run: string; readonly does: string }[];
  /** Loads the code, which no other command has to wait for. */
  readonly load: () => Promise<Action<F>>;
}

/** A command whose flags are its own business. */
export interface Command extends Omit<CommandSpec<FlagSet>, 'load'> {
  run(args: readonly string[], collected: Collected, world: World): Promise<ExitCode>;
}

/** Seals a command: types inside, data outside. */
export function defineCommand<F extends FlagSet>({ load, ...spec }: CommandSpec<F>): Command {
  return {
    ...spec,
    run: async (args, collected, world) => {
      const action = await load();
      const values = { ...valuesOf(spec.flags, collected), ...valuesOf(COMMON_FLAGS, collected) };
      return action({ args, values, world });
    },
  };
}
