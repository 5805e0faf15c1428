import type { RowStatus } from '../../report/facts/service-row.ts';
import type { Standing } from '../../report/facts/standing.ts';
import type { IconName } from './icon.tsx';

/** How a status looks: never by colour alone. */
export interface StatusLook {
  readonly word: string;
  readonly icon: IconName;
  /** A class of the style sheet. */
  readonly tone: Tone;
}

type Tone = 'good' | 'bad' | 'warn' | 'run' | 'soak' | 'dim';

export const STATUS_LOOKS: Readonly<Record<RowStatus, StatusLook>> = {
  completed: { word: 'completed', icon: 'check', tone: 'good' },
  failed: { word: 'failed', icon: 'cross', tone: 'bad' },
  'rolled-back': { word: 'rolled back', icon: 'back', tone: 'warn' },
  skipped: { word: 'skipped', icon: 'skip', tone: 'dim' },
  running: { word: 'running', icon: 'busy', tone: 'run' },
  soaking: { word: 'soaking', icon: 'half', tone: 'soak' },
  waiting: { word: 'waiting', icon: 'ring', tone: 'dim' },
  pending: { word: 'pending', icon: 'ring', tone: 'dim' },
};

export const RUN_LOOKS: Readonly<Record<Standing, StatusLook>> = {
  running: { word: 'running', icon: 'busy', tone: 'run' },
  paused: { word: 'paused', icon: 'pause', tone: 'warn' },
  stopping: { word: 'stopping', icon: 'stop', tone: 'warn' },
  done: { word: 'done', icon: 'check', tone: 'good' },
  failed: { word: 'failed', icon: 'cross', tone: 'bad' },
  interrupted: { word: 'interrupted', icon: 'skip', tone: 'warn' },
  abandoned: { word: 'abandoned', icon: 'skip', tone: 'dim' },
};
