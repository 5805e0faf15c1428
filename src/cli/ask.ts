import { createInterface } from 'node:readline/promises';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { World } from './world.ts';

/** Asks a yes-or-no question on the terminal; no answer is no. */
export async function askYesNo(question: string, { input, err }: World): Promise<boolean> {
  err.write(`${question} [y/N] `);
  const lines = createInterface({ input });
  try {
    for await (const line of lines) return /^(y|yes)$/i.test(line.trim());
    return false;
  } finally {
    lines.close();
  }
}

/** Whether there is somebody to ask. */
export function canAsk({ input, err }: World): boolean {
  return input.isTTY === true && err.isTty;
}

/** Asks unless `--yes` was given; null = go ahead. Without a terminal nobody can be asked, which is a no. */
export async function askOrRefuse(
  question: string,
  { world, values, command }: { readonly world: World; readonly values: { readonly yes: boolean }; readonly command: string },
): Promise<Diagnostic | null> {
  if (values.yes) return null;
  if (!canAsk(world)) {
    const message = `${command} asks first, and there is no terminal to ask on: ${question}`;
    return { code: 'not-confirmed', severity: 'error', message, remedy: 'Give --yes if that is what you want' };
  }
  if (await askYesNo(question, world)) return null;
  return { code: 'not-confirmed', severity: 'error', message: 'Nothing was touched' };
}
