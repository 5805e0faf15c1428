import { counted, humanDuration } from '../../util/human.ts';
import { epochMsOf } from '../../util/instant.ts';
import { renderChecks } from '../checks-text.ts';
import type { ChecksLook } from '../finding-text.ts';
import type { Paint } from '../paint.ts';
import { tableLines } from './table.ts';
import type { Validation } from './types.ts';
import { windowLines } from './window-text.ts';

/** What was compared with what, the services by check, what was seen and found, and the count that operators know. */
export function renderValidation(validation: Validation, look: ChecksLook): string {
  const lines = [
    headLine(validation, look.paint),
    '',
    ...tableLines(validation, look),
    '',
    ...(validation.window ? [...windowLines(validation.window, look), ''] : []),
    renderChecks(validation.checks, look).trimEnd(),
    standingLine(validation),
  ];
  return `${lines.join('\n')}\n`;
}

function headLine({ phase, run, release, at }: Validation, paint: Paint): string {
  const ended = run?.endedAt ? ` ${humanDuration(epochMsOf(at) - epochMsOf(run.endedAt))} ago` : '';
  const ofRun = run ? `run ${run.run} ${run.outcome}${ended}` : 'no run yet';
  const ofRelease = release === null ? 'no release' : release.release === run?.run ? 'its release' : `release ${release.release}`;
  return `${paint.bold(`phase ${phase}`)}: ${ofRun}, compared with ${ofRelease}`;
}

/** As operators count: `40 completed, 40 up`. */
function standingLine({ standing, tookMs }: Validation): string {
  const { services, completed, up, expected } = standing;
  const wanted = expected === null ? '' : `, ${expected} expected`;
  return `${counted(services, 'service')}: ${completed} completed, ${up} up${wanted} (looked at in ${humanDuration(tookMs)})`;
}
