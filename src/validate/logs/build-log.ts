/** BuildKit's own lines of a build log: heads of steps and what became of them. */
const BUILDKIT =
  /^#\d+ (?:\[|DONE|CACHED|CANCELED|sha256:|exporting|transferring|naming|writing|extracting|resolve|WARN|\.\.\.|$)/;
const PREFIX = /^#\d+ (?:\d+\.\d+ )?/;

/** What a command of the build printed, or BuildKit said of a failure; null = a line that tells of nothing. */
export function buildLogLine(line: string): string | null {
  return BUILDKIT.test(line) ? null : line.replace(PREFIX, '');
}
