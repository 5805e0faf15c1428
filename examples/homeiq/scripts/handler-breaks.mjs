/** Ways to break a handler's code, found by its text: another returned value, another operator. */

const LANGUAGES = {
  py: {
    functions: /^(@app\.\w+\(.*\)\n)?def (\w+)\(.*\):\n((?: {4}.*\n|\n)+)/gm,
    isHandler: ([, decorator]) => decorator !== undefined,
    quiet: /"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#.*/g,
    nothing: 'None and ',
  },
  js: {
    functions: /^()function (\w+)\(.*\) \{\n((?: {2}.*\n|\n)+)/gm,
    isHandler: ([, , name], source) => new RegExp(`^  '(?:GET|POST) \\S+': ${name},`, 'm').test(source),
    quiet: /'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\/.*/g,
    nothing: 'null && ',
  },
};

const OPPOSITES = {
  '<=': '>',
  '>=': '<',
  '<': '>=',
  '>': '<=',
  '==': '!=',
  '!=': '==',
  '===': '!==',
  '!==': '===',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  and: 'or',
  '&&': '||',
};
const OPERATOR = new RegExp(
  `(?<= )(?:${Object.keys(OPPOSITES)
    .map((sign) => sign.replace(/[*+]/, '\\$&'))
    .join('|')})(?= )`,
);

/**
 * The broken sources of a file, two for a handler at the most: its last return gives nothing, and its first operator is the
 * opposite one. A file without handlers is a job: all its functions count.
 */
export function breaksOf({ file, source }) {
  const language = LANGUAGES[file.split('.').pop()];
  const functions = [...source.matchAll(language.functions)];
  const handlers = functions.filter((match) => language.isHandler(match, source));
  const breaks = (handlers.length > 0 ? handlers : functions).flatMap((match) => breaksOfFunction({ match, source, language }));
  return { file, breaks };
}

function breaksOfFunction({ match, source, language }) {
  const [whole, , handler, body] = match;
  const start = match.index + whole.length - body.length;
  // Same length, no words: positions in it are positions in the body.
  const code = body.replace(language.quiet, (text) => text.replace(/[^\n]/g, '_'));
  const edits = [];
  const returned = code.lastIndexOf('return ');
  if (returned >= 0) {
    edits.push({ at: returned + 'return '.length, length: 0, text: language.nothing, what: `${handler} returns nothing` });
  }
  const operator = OPERATOR.exec(code);
  if (operator !== null) {
    const [sign] = operator;
    edits.push({
      at: operator.index,
      length: sign.length,
      text: OPPOSITES[sign],
      what: `${handler} has ${OPPOSITES[sign]} for ${sign}`,
    });
  }
  return edits.map(({ at, length, text, what }) => ({
    handler,
    what,
    source: source.slice(0, start + at) + text + source.slice(start + at + length),
  }));
}
