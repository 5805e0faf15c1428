import { EXIT, type ExitCode } from '../model/status.ts';
import { reportBug } from './bug.ts';
import { completeWords, wordsToComplete } from './completion/entry.ts';
import { deliverOutbox, spoolToDeliver } from './outbox-entry.ts';
import { runProgram } from './program.ts';
import { processWorld } from './world.ts';

/** The command line: everything it does ends in one of the exit codes of the contract. */
const world = processWorld();
// At once: after a bug nothing else may go on.
process.on('uncaughtException', (error) => process.exit(reportBug(error, world)));
process.on('unhandledRejection', (error) => process.exit(reportBug(error, world)));

try {
  await end(await perform());
} catch (error) {
  await end(reportBug(error, world));
}

async function perform(): Promise<ExitCode> {
  const typed = wordsToComplete(world);
  const spool = spoolToDeliver(world);
  if (typed === null && spool === null) return runProgram(world);
  if (typed !== null) await completeWords(typed, world);
  if (spool !== null) await deliverOutbox(spool, world);
  return EXIT.done;
}

/** What goes into a pipe is passed on by and by, 64 KB at a time: what is left when the process exits would be lost. */
async function end(code: ExitCode): Promise<never> {
  await Promise.all([world.out.flushed(), world.err.flushed()]);
  process.exit(code);
}
