import { useState } from 'preact/hooks';
import { useHref } from '../parts/context.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import type { View } from '../state/route.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { Connection } from '../state/stream.ts';
import { chooseTheme, chosenTheme, nextTheme, type Theme } from '../state/theme.ts';

const VIEWS = [
  { kind: 'services', name: 'Services' },
  { kind: 'timeline', name: 'Timeline' },
  { kind: 'graph', name: 'Graph' },
  { kind: 'history', name: 'History' },
] as const;

interface TopProps {
  readonly snapshot: Snapshot;
  readonly view: View['kind'];
  readonly onHelp: () => void;
}

/** Where one is, where one can go, and whether what is shown is live. */
export function TopBar({ snapshot: { session, connection, state, live }, view, onHelp }: TopProps) {
  const href = useHref();
  return (
    <header class="top">
      <div class="brand">
        <img src="/assets/icon.svg" alt="" width="20" height="20" />
        <h1>{session?.name ?? 'Slipway'}</h1>
        {session !== null && <span class="dim phase">{session.phase}</span>}
      </div>
      <nav aria-label="Views">
        {VIEWS.map(({ kind, name }) => (
          <a key={kind} href={href({ kind })} aria-current={view === kind ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <div class="top-end">
        <ConnectionMark connection={connection} live={live} />
        <span class="dim figures events">
          <span id="event-count">{state?.lastSeq ?? 0}</span> events
        </span>
        <ThemeButton />
        <button type="button" class="square" aria-label="Help" title="Help  ?" onClick={onHelp}>
          <Icon name="help" />
        </button>
      </div>
    </header>
  );
}

const CONNECTIONS: Readonly<Record<Connection, string>> = {
  connecting: 'connecting',
  live: 'connected',
  waiting: 'server away, trying again',
  refused: 'token needed',
  asleep: 'asleep',
};

function ConnectionMark({ connection, live }: { readonly connection: Connection; readonly live: boolean }) {
  const text = connection === 'live' && live ? 'live' : CONNECTIONS[connection];
  return (
    <span id="connection" data-state={connection === 'live' ? 'live' : 'waiting'} role="status" title={CONNECTIONS[connection]}>
      <i class="dot" />
      {text}
    </span>
  );
}

const THEMES: Readonly<Record<Theme, { readonly icon: IconName; readonly says: string }>> = {
  auto: { icon: 'system', says: 'Colours as the system has them' },
  light: { icon: 'sun', says: 'Light colours' },
  dark: { icon: 'moon', says: 'Dark colours' },
};

function ThemeButton() {
  const [theme, setTheme] = useState(chosenTheme);
  const { icon, says } = THEMES[theme];
  const turn = () => {
    const next = nextTheme(theme);
    chooseTheme(next);
    setTheme(next);
  };
  return (
    <button type="button" class="square" id="theme" aria-label={says} title={says} onClick={turn}>
      <Icon name={icon} />
    </button>
  );
}
