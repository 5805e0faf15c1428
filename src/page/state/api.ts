import type { ImageId, RunId, ServiceKey } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Plan } from '../../plan/types.ts';
import type { RunHistoryRow } from '../../report/facts/run-history.ts';

/** What the server is, and what this page may do. */
export interface Session {
  readonly name: string;
  readonly phase: string;
  readonly version: string;
  /** What a token is needed for. */
  readonly token: 'for-actions' | 'for-all';
  /** Whether the token that was sent along is the right one. */
  readonly authorised: boolean;
  readonly refreshMs: number;
}

/** A run with its plan; null when it was not recorded. */
export interface RunDocument {
  readonly run: RunId;
  readonly live: boolean;
  readonly plan: Plan | null;
}

/** A part of a log. `over` = the step that writes it has ended. */
export interface LogPart {
  readonly text: string;
  readonly nextOffset: number;
  readonly size: number;
  readonly over: boolean;
}

/** Why a request brought nothing; `status` 0 = the server was not reached. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly remedy: string;
}

/** What an operator can ask of a run. */
export type Action = 'pause' | 'resume' | 'cancel' | 'rollback';

/** An action as the server wants it; `confirm` repeats the run, so that no mistaken request does anything. */
export interface ActionBody {
  readonly run: RunId;
  readonly confirm: RunId;
  readonly services?: readonly ServiceKey[];
  readonly now?: true;
}

/** The server's answers as values; the token goes along in a header, never in an address. */
export class Api {
  #token: string | null;
  /** How far this machine's clock is ahead of the server's, milliseconds. */
  skewMs = 0;

  constructor(token: string | null) {
    this.#token = token;
  }

  get token(): string {
    return this.#token ?? '';
  }

  set token(token: string) {
    this.#token = token === '' ? null : token;
  }

  headers(): Record<string, string> {
    return this.#token === null ? {} : { authorization: `Bearer ${this.#token}` };
  }

  session(): Promise<Result<Session, Refusal>> {
    return this.#get('/api/session');
  }

  runs(): Promise<Result<readonly RunHistoryRow[], Refusal>> {
    return this.#get('/api/runs');
  }

  run(run: RunId): Promise<Result<RunDocument, Refusal>> {
    return this.#get(`/api/runs/${encodeURIComponent(run)}`);
  }

  /** A part of a build or test log from `offset` bytes on; a negative one counts from the end. */
  log(run: RunId, of: { service: ServiceKey; kind: 'build' | 'test'; offset: number }): Promise<Result<LogPart, Refusal>> {
    const query = new URLSearchParams({ service: of.service, kind: of.kind, offset: String(of.offset) });
    return this.#get(`/api/runs/${encodeURIComponent(run)}/logs?${query}`);
  }

  /** The last lines of what a service's container prints now. */
  containerLog(service: ServiceKey, tail: number): Promise<Result<{ readonly text: string }, Refusal>> {
    return this.#get(`/api/containers/log?${new URLSearchParams({ service, tail: String(tail) })}`);
  }

  /** How large an image is, bytes, as the run recorded that built it; null = not known. */
  async imageBytes(image: ImageId): Promise<number | null> {
    const answer = await this.#get<{ readonly bytes: number | null }>(`/api/images/${encodeURIComponent(image)}`);
    return answer.ok ? answer.value.bytes : null;
  }

  act(action: Action, body: ActionBody): Promise<Result<{ readonly message: string }, Refusal>> {
    const headers = { 'content-type': 'application/json' };
    return this.#ask(`/api/actions/${action}`, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  #get<T>(path: string): Promise<Result<T, Refusal>> {
    return this.#ask(path, {});
  }

  async #ask<T>(path: string, init: RequestInit): Promise<Result<T, Refusal>> {
    try {
      const headers = { ...init.headers, ...this.headers() };
      const response = await fetch(path, { ...init, headers, cache: 'no-store' });
      this.#compareClocks(response.headers.get('date'));
      const body = (await response.json().catch(() => ({}))) as T & { message?: string; remedy?: string };
      if (response.ok) return ok(body);
      return err({ status: response.status, message: body.message ?? plainRefusal(response.status), remedy: body.remedy ?? '' });
    } catch {
      return err({ status: 0, message: 'the server does not answer', remedy: 'Is slipway serve still running?' });
    }
  }

  /** The header counts whole seconds: only a difference that cannot come from that is one. */
  #compareClocks(date: string | null): void {
    if (date === null) return;
    const aheadMs = Date.now() - Date.parse(date);
    this.skewMs = Math.abs(aheadMs) < 3000 ? 0 : aheadMs;
  }
}

function plainRefusal(status: number): string {
  return status === 401 || status === 403 ? 'the server wants a token for this' : `the server answered ${status}`;
}
