import type { ServiceKey } from '../model/ids.ts';
import type { BackupId } from './types.ts';

/** What a backup, a check of one or a restore's preparation reports while it goes on. One closed union; paths from the backup's folder. */
export type BackupEvent =
  | {
      readonly type: 'backup-started';
      readonly backup: BackupId;
      readonly folder: string;
      readonly services: number;
      readonly images: number;
      readonly volumes: readonly string[];
      readonly estimateBytes: number;
    }
  /** `estimateBytes` null: not known. */
  | { readonly type: 'part-started'; readonly part: string; readonly estimateBytes: number | null }
  | { readonly type: 'part-progress'; readonly part: string; readonly bytes: number }
  | { readonly type: 'part-done'; readonly part: string; readonly bytes: number; readonly durationMs: number }
  | { readonly type: 'services-stopped'; readonly services: readonly ServiceKey[]; readonly volumes: readonly string[] }
  | { readonly type: 'services-started'; readonly services: readonly ServiceKey[] }
  | {
      readonly type: 'backup-done';
      readonly backup: BackupId;
      readonly folder: string;
      readonly bytes: number;
      readonly durationMs: number;
    };

/** Receives them. */
export type Report = (event: BackupEvent) => void;
