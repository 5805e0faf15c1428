import { useEffect, useRef } from 'preact/hooks';
import { hashOf, readRoute, type View } from '../../state/route.ts';

type PlainView = Exclude<View['kind'], 'service'>;

const VIEW_KEYS: Readonly<Record<string, PlainView>> = { '1': 'services', '2': 'timeline', '3': 'graph', '4': 'history' };

interface Shortcuts {
  readonly onHelp: () => void;
  readonly onView: (kind: PlainView) => void;
}

/** The keys that work everywhere but where text is typed and in dialogs. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isElsewhere(event)) return;
      const view = VIEW_KEYS[event.key];
      if (view) latest.current.onView(view);
      else if (event.key === '?') latest.current.onHelp();
      else if (event.key === '/') focusFilter();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

function isElsewhere({ target }: KeyboardEvent): boolean {
  const element = target instanceof Element ? target : null;
  return document.querySelector('dialog[open]') !== null || element?.closest('input, select, textarea') != null;
}

/** Of the view that is shown, else of the services. */
function focusFilter(): void {
  const find = () => document.querySelector<HTMLInputElement>('main input[type=search]');
  if (find() === null) location.hash = hashOf({ view: { kind: 'services' }, run: readRoute(location.hash).run });
  // The view of a new address is drawn after this event.
  setTimeout(() => find()?.focus());
}
