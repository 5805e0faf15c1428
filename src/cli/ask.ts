import { createInterface } from 'node:readline/promises';
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
