import type { BrowserContext } from 'playwright-core';

/** What a browser says when a server is not there, which a page cannot keep it from saying. */
export const SERVER_AWAY = [
  /net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)/,
];

/** What a browser says when a request was refused for want of a token. */
export const REFUSED = [/401/];

const NOTE_VIOLATIONS =
  "addEventListener('securitypolicyviolation', (e) => noteViolation([e.violatedDirective, e.blockedURI, e.sourceFile].join(' ')))";

interface BookOptions {
  readonly origin: string;
  readonly tolerate: readonly RegExp[];
}

/**
 * All that is wrong with a page by its browser's account: errors of its script, errors and warnings on the console, violations of its
 * content security policy, requests that failed or were refused, and requests to anybody but its own server.
 */
export class ComplaintBook {
  /** Every address that was asked for. */
  readonly asked: string[] = [];
  readonly #written: string[] = [];
  readonly #tolerate: readonly RegExp[];

  private constructor(tolerate: readonly RegExp[]) {
    this.#tolerate = tolerate;
  }

  /** Begins to write, before there is a page. */
  static async of(context: BrowserContext, { origin, tolerate }: BookOptions): Promise<ComplaintBook> {
    const book = new ComplaintBook(tolerate);
    const note = (text: string) => void book.#written.push(text);
    context.on('weberror', (error) => note(`error: ${error.error().stack ?? error.error()}`));
    context.on('console', (message) => {
      if (['error', 'warning', 'assert'].includes(message.type())) note(`console: ${message.text()} ${message.location().url}`);
    });
    context.on('request', (request) => {
      book.asked.push(request.url());
      if (new URL(request.url()).origin !== origin && !request.url().startsWith('data:')) note(`foreign: ${request.url()}`);
    });
    context.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? '';
      // What the page ended itself has not failed.
      if (why !== 'net::ERR_ABORTED') note(`failed: ${request.url()} ${why}`);
    });
    context.on('response', (response) => {
      if (response.status() >= 400) note(`answered ${response.status()}: ${response.url()}`);
    });
    await context.exposeFunction('noteViolation', (what: string) => note(`policy: ${what}`));
    await context.addInitScript(NOTE_VIOLATIONS);
    return book;
  }

  /** All complaints so far. */
  get all(): readonly string[] {
    return this.#written;
  }

  /** Those that do not belong to the test. */
  found(): readonly string[] {
    return this.#written.filter((text) => !this.#tolerate.some((pattern) => pattern.test(text)));
  }
}
