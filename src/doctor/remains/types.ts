import type { Leftover } from '../../docker/port.ts';
import type { Holder } from '../../journal/holder.ts';
import type { PhaseState } from '../../journal/phase-state.ts';
import type { StateFileView } from '../../journal/state-file.ts';
import type { ServiceKey } from '../../model/ids.ts';

/** One thing that an ended Slipway left, or a file of ours that is not as it should be; each can be put right without harm to anybody. */
export type Remain =
  /** Of a holder that is gone; null = cut short by a power loss, so that it names nobody. */
  | { readonly kind: 'lock-file'; readonly path: string; readonly holder: Holder | null }
  | { readonly kind: 'lock-marker'; readonly project: string; readonly holder: Holder }
  /** Programs that a killed Slipway left at work, by name. */
  | { readonly kind: 'orphans'; readonly programs: readonly string[] }
  /** Services that a killed backup or restore stopped and nobody has started again. */
  | { readonly kind: 'stopped-services'; readonly services: readonly ServiceKey[]; readonly why: string }
  /** A helper container or a candidate tag that a run of this folder left, and that no continuation needs. */
  | { readonly kind: 'leftover'; readonly leftover: Leftover }
  /** The state file does not say what the journals do. */
  | {
      readonly kind: 'state-file';
      readonly path: string;
      readonly view: Exclude<StateFileView, 'good'>;
      readonly state: PhaseState;
    }
  /** Logs were kept in it, and it is gone. */
  | { readonly kind: 'log-folder'; readonly path: string }
  /** Of ours, and others may read or change it; `mode` is what it should have. */
  | { readonly kind: 'open-to-others'; readonly path: string; readonly mode: number }
  /** A file that a killed process was writing beside the one that it is for. */
  | { readonly kind: 'half-written'; readonly path: string; readonly of: string };

/** What tells one from another between two looks. */
export function remainKey(remain: Remain): string {
  switch (remain.kind) {
    case 'lock-marker':
      return `${remain.kind} ${remain.project}`;
    case 'leftover':
      return `${remain.kind} ${remain.leftover.kind} ${remain.leftover.name}`;
    case 'orphans':
    case 'stopped-services':
      return remain.kind;
    default:
      return `${remain.kind} ${remain.path}`;
  }
}
