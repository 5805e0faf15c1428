/** The system error code (`ENOENT`, …) of a thrown value; empty when it carries none. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** Whether a thrown value says that the file or folder is not there. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errorCode(error));
}

/** What is wrong and what to do about it, of a file system error, in plain words. */
export interface FsTrouble {
  readonly kind: 'full' | 'read-only' | 'denied' | 'missing' | 'other';
  readonly reason: string;
  readonly remedy: string;
}

/** Explains a file system error to an operator. */
export function fsTrouble(error: unknown): FsTrouble {
  const code = errorCode(error);
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return { kind: 'full', reason: 'no space is left on the disk', remedy: 'free some space there and run the command again' };
    case 'EROFS':
      return {
        kind: 'read-only',
        reason: 'the folder is read-only',
        remedy: 'make it writable, or choose another with --project-dir',
      };
    case 'EACCES':
    case 'EPERM':
      return { kind: 'denied', reason: 'permission denied', remedy: 'check the owner and the mode of the file and its folder' };
    case 'EISDIR':
      return { kind: 'other', reason: 'it is a folder, not a file', remedy: 'check the path' };
    case 'EEXIST':
      return { kind: 'other', reason: 'a file of that name is in the way', remedy: 'move it away, or set another path' };
    case 'ENOENT':
    case 'ENOTDIR':
      return { kind: 'missing', reason: 'it does not exist', remedy: 'check the path' };
    default: {
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: 'other', reason, remedy: 'check the disk and the path, then run the command again' };
    }
  }
}
