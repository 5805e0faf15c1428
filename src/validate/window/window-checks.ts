import { humanDuration } from '../../util/human.ts';
import { logEvidence } from '../logs/log-evidence.ts';
import type { Look } from '../run-validation.ts';
import type { ValidateContext } from '../types.ts';
import { judgeWindow } from './judge-window.ts';
import type { Watched } from './run-window.ts';

/** A window as checks, for the table that all checks stand in. */
export function windowLooks({ report, tallies }: Watched, { fleet }: ValidateContext): readonly Look[] {
  const evidence = (service: string) => {
    const tally = tallies.find((one) => one.service.key === service);
    return tally ? logEvidence(tally.scanner.end()) : '';
  };
  const found = judgeWindow(report, fleet.settings.validation, evidence);
  const { services, lastedMs, looks, blindLooks } = report;
  const all = services.map(({ service }) => service);
  const asked = services.reduce((sum, { answers }) => sum + (answers?.asked ?? 0), 0);
  const good = services.reduce((sum, { answers }) => sum + (answers?.good ?? 0), 0);
  const errors = services.reduce((sum, { logged }) => sum + (logged ? logged.errors + logged.crashes : 0), 0);
  const falls = services.reduce((sum, { restarts, downLooks }) => sum + restarts + downLooks, 0);
  const isBlind = blindLooks === looks && looks > 0;
  const blind = { notLooked: 'the engine did not answer' };
  const span = humanDuration(lastedMs);
  return [
    { check: head('window', 'Monitoring window'), look: { seen: `${span}, ${looks} looks`, findings: found.window, looked: [] } },
    {
      check: head('window-answers', 'Answers in the window'),
      look: isBlind
        ? blind
        : { seen: asked === 0 ? 'nobody to ask' : `${good} of ${asked} good`, findings: found.answers, looked: all },
    },
    {
      check: head('window-errors', 'Errors in the window'),
      look: isBlind ? blind : { seen: errors === 0 ? 'none' : `${errors}`, findings: found.errors, looked: all },
    },
    {
      check: head('window-restarts', 'Restarts in the window'),
      look: isBlind ? blind : { seen: falls === 0 ? 'none' : `${falls}`, findings: found.restarts, looked: all },
    },
  ];
}

function head(name: string, title: string): Look['check'] {
  return { name, title, column: null };
}
