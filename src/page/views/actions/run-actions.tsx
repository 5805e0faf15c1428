import { usePage } from '../../parts/context.ts';
import { Icon, type IconName } from '../../parts/icon.tsx';
import type { Action } from '../../state/api.ts';
import type { Snapshot } from '../../state/snapshot.ts';

/** What can be asked of the run now: of a live one to pause, go on or end, of one that is over to go back. */
export function RunActions({ snapshot: { run, live, state } }: { readonly snapshot: Snapshot }) {
  if (run === null || state === null) return null;
  return (
    <div class="actions" role="group" aria-label="Actions on the run">
      {live && !state.paused && !state.stopping && <ActionButton action="pause" icon="pause" run={run} name="Pause" />}
      {live && state.paused && <ActionButton action="resume" icon="play" run={run} name="Resume" />}
      {live && <ActionButton action="cancel" icon="stop" run={run} name="Cancel" />}
      {!live && <ActionButton action="rollback" icon="back" run={run} name="Roll back run" />}
    </div>
  );
}

interface ButtonProps {
  readonly action: Action;
  readonly icon: IconName;
  readonly run: string;
  readonly name: string;
  readonly services?: readonly string[];
}

/** Asks for an action: what it does is said, and confirmed, in a dialog. */
export function ActionButton({ action, icon, run, name, services = [] }: ButtonProps) {
  const { ask } = usePage();
  return (
    <button type="button" data-action={action} onClick={() => ask({ action, run, services })}>
      <Icon name={icon} />
      {name}
      <span aria-hidden="true">…</span>
    </button>
  );
}
