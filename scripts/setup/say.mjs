/** A reason why set-up cannot go on, written as one sentence that says what the operator must do. */
export class SetupProblem extends Error {}

/** Prints one line about a part of the set-up, as it happens. */
export function say(part, text) {
  process.stdout.write(`set-up: ${part}: ${text}\n`);
}

/** Seconds since `startMs` (from `performance.now()`), as text with one decimal. */
export function secondsSince(startMs) {
  return `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
}

/** The last `count` non-empty lines of a text, for showing why a child process failed. */
export function lastLines(text, count) {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .join('\n');
}
