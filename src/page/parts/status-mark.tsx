import type { RowStatus } from '../../report/facts/service-row.ts';
import { Icon } from './icon.tsx';
import { STATUS_LOOKS, type StatusLook } from './status.ts';

/** A status as sign and word, in its colour. */
export function StatusMark({ status }: { readonly status: RowStatus }) {
  return <LookMark look={STATUS_LOOKS[status]} />;
}

/** Anything that looks like a status. */
export function LookMark({ look }: { readonly look: StatusLook }) {
  return (
    <span class={`mark tone-${look.tone}`}>
      <Icon name={look.icon} />
      <span class="word">{look.word}</span>
    </span>
  );
}
