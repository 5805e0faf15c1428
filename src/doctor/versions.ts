import { coerce, lt, type SemVer, satisfies } from 'semver';

/** Whether a tool's version is older than another; one that cannot be read (a build of one's own) is not. */
export function isOlder(version: string, than: string): boolean {
  const read = readVersion(version);
  return read !== null && lt(read, than);
}

/** Whether a tool's version is in a range of semver's notation. */
export function isWithin(version: string, range: string): boolean {
  const read = readVersion(version);
  return read !== null && satisfies(read, range);
}

/** Engines before 20.10 wrote `19.03.15`, which semver takes for no version. */
function readVersion(version: string): SemVer | null {
  return coerce(version.replace(/(?<=\.)0+(?=\d)/g, ''));
}
