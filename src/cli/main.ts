import { reportBug } from './bug.ts';
import { runProgram } from './program.ts';
import { processWorld } from './world.ts';

/** The command line: everything it does ends in one of the exit codes of the contract. */
const world = processWorld();
process.on('uncaughtException', (error) => process.exit(reportBug(error, world)));
process.on('unhandledRejection', (error) => process.exit(reportBug(error, world)));

try {
  process.exit(await runProgram(world));
} catch (error) {
  process.exit(reportBug(error, world));
}
