import {
  Composer,
  type CST,
  type Document,
  isCollection,
  isPair,
  Lexer,
  type LineCounter,
  Parser,
  visit,
  YAMLParseError,
} from 'yaml';

/** Half open values of the parser's; each level of nesting is about two. No file of people comes near. */
const MAX_OPEN = 1000;

/** Mappings and lists as keys of one another. To make plain values of them the package writes each out as text, and those within it again. */
const MAX_KEYS_IN_KEYS = 3;

/** Of the options that the `yaml` package has, those that are used here. */
export interface YamlOptions {
  readonly lineCounter?: LineCounter;
  readonly uniqueKeys?: boolean;
  /** Whether `<<` merges, as in YAML 1.1. */
  readonly merge?: boolean;
  /** `silent`: a second document in the text is no error. */
  readonly logLevel?: 'silent' | 'error';
}

/**
 * The first YAML document of a text, as `parseDocument` of the `yaml` package reads it; null when it nests its values or keys too deeply.
 * That package composes a level in a call of its own, and at the end of the stack Node may die of compiling a regular expression, which nobody
 * can catch. Its parser before that keeps a stack in a list, and that one is watched.
 */
export function parseYamlDocument(text: string, options: YamlOptions): Document.Parsed | null {
  let first: Document.Parsed | null = null;
  try {
    const composer = new Composer({ ...options, prettyErrors: false });
    for (const document of composer.compose(tokensOf(text, options.lineCounter), true, text.length)) {
      if (first === null) first = document;
      else if (options.logLevel !== 'silent') {
        first.errors.push(new YAMLParseError([document.range[0], document.range[1]], 'MULTIPLE_DOCS', 'several documents'));
        break;
      }
    }
  } catch (error) {
    if (error instanceof TooDeep || error instanceof RangeError) return null;
    throw error;
  }
  return first !== null && hasKeysInKeys(first) ? null : first;
}

function hasKeysInKeys(document: Document.Parsed): boolean {
  let found = false;
  visit(document, {
    Pair: (_, { key }, ancestors) => {
      if (!isCollection(key)) return undefined;
      const keysAround = ancestors.filter((one, index) => isPair(one) && one.key === ancestors[index + 1]);
      found = keysAround.length >= MAX_KEYS_IN_KEYS;
      return found ? visit.BREAK : undefined;
    },
  });
  return found;
}

class TooDeep extends Error {}

/** What `Parser.parse` does, and a look at its stack. */
function* tokensOf(text: string, lines: LineCounter | undefined): Generator<CST.Token> {
  const parser = new Parser(lines?.addNewLine);
  lines?.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > MAX_OPEN) throw new TooDeep();
  }
  yield* parser.end();
}
