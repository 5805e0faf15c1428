import type { ListedCheck } from '../../fleet/validation-types.ts';
import { assertNever } from '../../util/assert.ts';
import { humanBytes } from '../../util/human.ts';
import { maskAddresses } from '../../util/mask-addresses.ts';

/** What an entry of a list is called: as the operator named it, or by what it asks for. */
export function titleOf({ name, check }: ListedCheck): string {
  if (name !== null) return name;
  switch (check.kind) {
    case 'text':
      return check.text;
    case 'http':
      return check.target.kind === 'url' ? maskAddresses(check.target.url) : `${check.target.path} of ${check.target.service}`;
    case 'tcp':
      return `${check.host}:${check.port} accepts connections`;
    case 'command':
      return check.service === null ? check.command.join(' ') : `${check.command.join(' ')} in ${check.service}`;
    case 'healthy':
      return `${check.service} is healthy`;
    case 'file':
      return `${check.path} is there`;
    case 'disk':
      return `${humanBytes(check.freeBytes)} are free`;
    default:
      return assertNever(check);
  }
}
