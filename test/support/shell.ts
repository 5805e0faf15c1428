import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './cli.ts';
import { folderWith } from './folder.ts';
import { programIn, type TerminalSession } from './terminal.ts';

/** A shell that set-up installs (scripts/setup/shells.mjs). */
export type ShellName = 'bash' | 'zsh' | 'fish';

const PROMPT = '$> ';
/** What `clear` writes and no shell does by itself. */
const CLEARED = '\u001b[3J';

/** How each starts without the settings of this machine, and what it reads first. */
const STARTS: Readonly<Record<ShellName, { readonly argv: readonly [string, ...string[]]; readonly begin: readonly string[] }>> =
  {
    bash: {
      argv: ['bash', '--norc', '--noprofile', '-i'],
      begin: [
        `PS1='${PROMPT}'`,
        "bind 'set show-all-if-ambiguous on'",
        "bind 'set bell-style none'",
        'source <(slipway completion bash)',
      ],
    },
    zsh: {
      argv: ['zsh', '-f', '-i'],
      begin: [
        `PROMPT='${PROMPT}'`,
        'unsetopt prompt_sp prompt_cr beep',
        'autoload -Uz compinit; compinit -u',
        'source <(slipway completion zsh)',
      ],
    },
    fish: {
      argv: ['fish', '--no-config', '-i'],
      begin: [`function fish_prompt; printf '${PROMPT}'; end`, 'slipway completion fish | source'],
    },
  };

/** An operator at an interactive shell in a terminal. */
export class Shell {
  readonly #session: TerminalSession;

  private constructor(session: TerminalSession) {
    this.#session = session;
  }

  /** Starts the shell in the folder with completion read in; `slipway` is on its PATH. It ends with the test. */
  static async start(name: ShellName, cwd: string): Promise<Shell> {
    const home = folderWith();
    const bin = join(home, 'bin');
    mkdirSync(bin);
    symlinkSync(bundle(), join(bin, 'slipway'));
    const env = { HOME: home, PATH: `${bin}:${process.env.PATH}`, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home };
    const { argv, begin } = STARTS[name];
    const shell = new Shell(programIn({ columns: 120, rows: 40 }, argv, { cwd, env }));
    shell.#session.type(`${begin.join('; ')}; echo "rea"dy\r`);
    await shell.#session.until('the shell is ready', (s) => linesOf(s).includes('ready') && linesOf(s).at(-1) === PROMPT.trim());
    await shell.#clear();
    return shell;
  }

  /** Types the words and a tab, and waits until the line is as expected; `|` marks the cursor, to show a blank before it. */
  async completes(typed: string, expected: string): Promise<void> {
    this.#session.type(`${typed}\t`);
    const line = expected.replace(/\|$/, '');
    await this.#session.until(`${typed} becomes ${expected}`, (s) => linesOf(s)[0] === `${PROMPT}${line}`.trimEnd());
    this.#session.type('X');
    await this.#session.until(`the cursor is behind ${expected}`, (s) => linesOf(s)[0] === `${PROMPT}${line}X`);
    await this.#clear();
  }

  /** Types the words and two tabs, and waits until all these texts are listed; gives the screen below the line. */
  async lists(typed: string, expected: readonly string[]): Promise<string> {
    this.#session.type(`${typed}\t\t`);
    const listed = (s: TerminalSession) => linesOf(s).slice(1).join('\n');
    await this.#session.until(`${typed} lists ${expected.join(', ')}`, (s) => expected.every((text) => listed(s).includes(text)));
    const screen = listed(this.#session);
    await this.#clear();
    return screen;
  }

  /** Empties the line and the screen. */
  async #clear(): Promise<void> {
    const before = this.#session.written().length;
    // Not Ctrl-C, at which a terminal throws away what was typed after it.
    this.#session.type('\u0015clear\r');
    await this.#session.until(
      'an empty screen',
      (s) => s.written().slice(before).includes(CLEARED) && linesOf(s).join('\n') === PROMPT.trim(),
    );
  }
}

function linesOf(session: TerminalSession): readonly string[] {
  return session.screen().map((line) => line.trimEnd());
}
