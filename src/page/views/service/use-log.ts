import { useEffect, useState } from 'preact/hooks';
import { usePage } from '../../parts/context.ts';
import type { Api } from '../../state/api.ts';
import { type LogLines, NO_LINES, withPart } from '../../state/log-lines.ts';

export type LogKind = 'build' | 'test' | 'container';

/** A log as far as it is known. */
export interface ShownLog {
  readonly log: LogLines;
  /** Why it cannot be had. */
  readonly problem: string | null;
  readonly state: 'asking' | 'followed' | 'over';
}

interface Source {
  readonly run: string;
  readonly service: string;
  readonly kind: LogKind;
}

const AGAIN_MS = 1000;
const CONTAINER_AGAIN_MS = 3000;
const AFTER_FAILURE_MS = 5000;
/** What is shown of a long log at first, bytes from its end. */
const FROM_END = 256 << 10;
const TAIL_LINES = 500;

const ASKING: ShownLog = { log: NO_LINES, problem: null, state: 'asking' };

/** Follows a service's log for as long as it is looked at. */
export function useLog({ run, service, kind }: Source): ShownLog {
  const { dashboard } = usePage();
  const [shown, setShown] = useState(ASKING);
  useEffect(() => {
    let timer = 0;
    let stopped = false;
    setShown(ASKING);
    const read = reader(dashboard.api, { run, service, kind });
    const go = async () => {
      const next = await read();
      if (stopped) return;
      setShown(next);
      if (next.state === 'over') return;
      timer = setTimeout(go, next.problem !== null ? AFTER_FAILURE_MS : kind === 'container' ? CONTAINER_AGAIN_MS : AGAIN_MS);
    };
    void go();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [dashboard, run, service, kind]);
  return shown;
}

function reader(api: Api, source: Source): () => Promise<ShownLog> {
  return source.kind === 'container' ? containerReader(api, source.service) : fileReader(api, source);
}

/** The whole tail each time: what a container prints has no place to go on from. */
function containerReader(api: Api, service: string): () => Promise<ShownLog> {
  return async () => {
    const answer = await api.containerLog(service, TAIL_LINES);
    if (!answer.ok) return { log: NO_LINES, problem: answer.error.message, state: 'followed' };
    return { log: withPart(NO_LINES, answer.value.text), problem: null, state: 'followed' };
  };
}

function fileReader(api: Api, { run, service, kind }: Source): () => Promise<ShownLog> {
  let offset = -FROM_END;
  let log = NO_LINES;
  return async () => {
    for (;;) {
      const answer = await api.log(run, { service, kind: kind === 'test' ? 'test' : 'build', offset });
      if (!answer.ok) return { log, problem: answer.error.message, state: 'followed' };
      const { text, nextOffset, size, over } = answer.value;
      if (offset < 0 && size > FROM_END) log = { ...log, dropped: true };
      log = withPart(log, text);
      // A log that does not exist yet is asked for from its beginning.
      offset = nextOffset;
      if (over) return { log, problem: null, state: 'over' };
      if (nextOffset >= size) return { log, problem: null, state: 'followed' };
    }
  };
}
