import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';

/** What the server says of a place in a file; lines and characters count from 0, severity 1 is an error. */
export interface LspDiagnostic {
  readonly message: string;
  readonly severity?: number;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: {
    readonly uri?: string;
    readonly diagnostics?: readonly LspDiagnostic[];
    readonly items?: readonly unknown[];
  };
  readonly result?: unknown;
  readonly error?: unknown;
}

/** A really started `yaml-language-server`, spoken to on stdio as an editor does (Language Server Protocol 3.17). It ends with the test. */
export class LanguageServer {
  readonly #child: ChildProcess;
  readonly #answers = new Map<number, (message: Message) => void>();
  readonly #diagnosed = new Map<string, (found: readonly LspDiagnostic[]) => void>();
  readonly #gone: Promise<never>;
  #received = Buffer.alloc(0);
  #id = 0;

  constructor() {
    const server = createRequire(import.meta.url).resolve('yaml-language-server/bin/yaml-language-server');
    this.#child = spawn(process.execPath, [server, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdout!.on('data', (piece: Buffer) => this.#receive(piece));
    this.#gone = new Promise((_, reject) => {
      this.#child.on('close', (code) => reject(new Error(`the language server ended with ${code}`)));
    });
    this.#gone.catch(() => {});
    onTestFinished(() => void this.#child.kill('SIGKILL'));
  }

  /** Begins a session for a folder, as an editor with the server's own defaults. */
  async start(folder: string): Promise<void> {
    const capabilities = { textDocument: { hover: {}, completion: { completionItem: {} }, publishDiagnostics: {} } };
    await this.request('initialize', { processId: process.pid, rootUri: pathToFileURL(folder).href, capabilities });
    this.#send({ method: 'initialized', params: {} });
  }

  /** Opens a file with this text; what the server finds in it. */
  async open(path: string, text: string): Promise<readonly LspDiagnostic[]> {
    const uri = pathToFileURL(path).href;
    const found = new Promise<readonly LspDiagnostic[]>((done) => this.#diagnosed.set(uri, done));
    this.#send({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId: 'yaml', version: 1, text } } });
    return Promise.race([found, this.#gone]);
  }

  /** Labels that it offers where the cursor stands. */
  async completions(path: string, position: { readonly line: number; readonly character: number }): Promise<readonly string[]> {
    const result = await this.request('textDocument/completion', at(path, position));
    return (result as { items: { label: string }[] }).items.map(({ label }) => label);
  }

  /** The text that it shows for what the cursor stands on. */
  async hover(path: string, position: { readonly line: number; readonly character: number }): Promise<string> {
    const result = (await this.request('textDocument/hover', at(path, position))) as { contents: { value: string } } | null;
    return result?.contents.value ?? '';
  }

  request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#id;
    const answer = new Promise<unknown>((done, fail) => {
      this.#answers.set(id, ({ result, error }) => (error === undefined ? done(result) : fail(new Error(JSON.stringify(error)))));
    });
    this.#send({ id, method, params });
    return Promise.race([answer, this.#gone]);
  }

  #send(message: object): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.#child.stdin!.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
  }

  #receive(piece: Buffer): void {
    this.#received = Buffer.concat([this.#received, piece]);
    for (;;) {
      const header = /^[\s\S]*?Content-Length: (\d+)[\s\S]*?\r\n\r\n/.exec(this.#received.toString('latin1'));
      if (!header) return;
      const start = header[0].length;
      const end = start + Number(header[1]);
      if (this.#received.length < end) return;
      const message = JSON.parse(this.#received.subarray(start, end).toString('utf8')) as Message;
      this.#received = this.#received.subarray(end);
      this.#take(message);
    }
  }

  #take({ id, method, params, ...rest }: Message): void {
    if (method === 'textDocument/publishDiagnostics') this.#diagnosed.get(params!.uri!)?.(params!.diagnostics!);
    // What it asks the editor: no settings but its own defaults.
    else if (method !== undefined && id !== undefined) this.#send({ id, result: params?.items?.map(() => null) ?? null });
    else if (typeof id === 'number') this.#answers.get(id)?.({ ...rest });
  }
}

function at(path: string, position: { readonly line: number; readonly character: number }): object {
  return { textDocument: { uri: pathToFileURL(path).href }, position };
}
