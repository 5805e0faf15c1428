import { PARTS } from './parts.mjs';
import { SetupProblem, say, secondsSince } from './say.mjs';

const MINIMUM_NODE = [20, 19];

/**
 * Checks the named parts and those they stand on, at once where they are independent, and mends what is wrong.
 * Resolves to a map from part id to null (in order) or the problem as text; only bugs throw.
 * @param {string[]} ids
 * @param {Record<string, { after: string[], check: () => Promise<any>, mend: (wrong: any) => Promise<void> }>} parts
 */
export async function setUp(ids, parts = PARTS) {
  const startMs = performance.now();
  const outcomes = new Map();
  const ensure = (id) => {
    if (!outcomes.has(id)) outcomes.set(id, ensurePart(parts[id], ensure));
    return outcomes.get(id);
  };
  await Promise.all(ids.map(ensure));
  const settled = await Promise.all([...outcomes].map(async ([id, outcome]) => [id, await outcome]));
  const changed = settled.filter(([, { mended }]) => mended).length;
  const broken = settled.filter(([, { problem }]) => problem !== null).length;
  say('done', `${settled.length} parts checked, ${changed} mended, ${broken} broken, in ${secondsSince(startMs)}`);
  return new Map(settled.map(([id, { problem }]) => [id, problem]));
}

/** The problems of a `setUp` result as text, one a line, or null when every part is in order. */
export function problemsOf(outcomes) {
  const problems = [...outcomes].filter(([, problem]) => problem !== null);
  return problems.length === 0 ? null : problems.map(([id, problem]) => `${PARTS[id]?.title ?? id}: ${problem}`).join('\n');
}

/** One sentence when this Node.js is too old for Slipway, else null. */
export function nodeProblem(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  const isEnough = major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
  return isEnough ? null : `Node.js ${version} is too old: install Node.js ${MINIMUM_NODE.join('.')} or newer`;
}

async function ensurePart(part, ensure) {
  const below = await Promise.all(part.after.map(ensure));
  if (below.some(({ problem }) => problem !== null)) return { problem: `waits for ${part.after.join(', ')}`, mended: false };
  try {
    const wrong = await part.check();
    if (wrong !== null) await part.mend(wrong);
    return { problem: null, mended: wrong !== null };
  } catch (error) {
    if (error instanceof SetupProblem) return { problem: error.message, mended: false };
    throw error;
  }
}
