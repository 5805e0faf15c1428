import { EXIT } from '../model/status.ts';
import { reportBug } from './bug.ts';
import { completeWords, wordsToComplete } from './completion/entry.ts';
import { deliverOutbox, spoolToDeliver } from './outbox-entry.ts';
import { runProgram } from './program.ts';
import { processWorld } from './world.ts';

/** The command line: everything it does ends in one of the exit codes of the contract. */
const world = processWorld();
process.on('uncaughtException', (error) => process.exit(reportBug(error, world)));
process.on('unhandledRejection', (error) => process.exit(reportBug(error, world)));

try {
  const typed = wordsToComplete(world);
  if (typed !== null) {
    await completeWords(typed, world);
    process.exit(EXIT.done);
  }
  const spool = spoolToDeliver(world);
  if (spool === null) process.exit(await runProgram(world));
  await deliverOutbox(spool, world);
  process.exit(EXIT.done);
} catch (error) {
  process.exit(reportBug(error, world));
}
