/** Shows automations as sentences, and lets their owner approve or reject drafts. */
import { BadRequest } from '../../libs/node/web.mjs';

const DECISIONS = { approve: 'approved', reject: 'rejected' };
const VERBS = { turn_on: 'turn on', turn_off: 'turn off', open_cover: 'open', close_cover: 'close' };

const drafts = new Map();

function health() {
  return { status: 'ok', waiting: [...drafts.values()].filter((draft) => draft.state === 'waiting').length };
}

/** The automation in plain words, such as "When sun turns below horizon, turn on porch lamp." */
function describe({ trigger, action }) {
  const causes = trigger.map((one) =>
    one.platform === 'time' ? `it is ${one.at.slice(0, 5)}` : `${plain(one.entity_id)} turns ${one.to.replaceAll('_', ' ')}`,
  );
  const effects = action.map((one) => {
    const verb = one.service.split('.')[1];
    return `${VERBS[verb] ?? verb.replaceAll('_', ' ')} ${plain(one.target.entity_id)}`;
  });
  return { text: `When ${causes.join(' or ')}, ${effects.join(' and ')}.` };
}

/** Take a draft; the same sentence twice is one draft. */
function propose(automation) {
  const { text } = describe(automation);
  const known = [...drafts].find(([, draft]) => draft.text === text);
  if (known) return { id: known[0], fresh: false };
  const id = drafts.size + 1;
  drafts.set(id, { text, state: 'waiting' });
  return { id, fresh: true };
}

/** Approve or reject a waiting draft; a decision is final. */
function decide({ id, decision }) {
  const draft = drafts.get(id);
  if (!draft) throw new BadRequest(`there is no draft ${id}`);
  if (!(decision in DECISIONS)) throw new BadRequest(`say ${Object.keys(DECISIONS).join(' or ')}`);
  if (draft.state !== 'waiting') throw new BadRequest(`draft ${id} is ${draft.state} already`);
  draft.state = DECISIONS[decision];
  return { id, state: draft.state };
}

/** The drafts in ?state=, or all of them, the newest first. */
function list(query) {
  const wanted = query.get('state');
  const rows = [...drafts].map(([id, draft]) => ({ id, ...draft })).reverse();
  return { drafts: rows.filter((row) => wanted === null || row.state === wanted) };
}

/** The page: one line a draft. */
function page() {
  const lines = [...drafts.values()].map(({ text, state }) => `<li class="${state}">${text.replaceAll('<', '&lt;')}`);
  return { type: 'text/html; charset=utf-8', text: `<!doctype html><title>Automations</title><ul>${lines.join('')}</ul>` };
}

function plain(entity) {
  return entity.split('.')[1].replaceAll('_', ' ');
}

export const handlers = {
  'GET /health': health,
  'GET /': page,
  'GET /api/drafts': list,
  'POST /api/describe': describe,
  'POST /api/drafts': propose,
  'POST /api/decisions': decide,
};
