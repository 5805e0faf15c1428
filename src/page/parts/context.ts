import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { RunId } from '../../model/ids.ts';
import type { Action } from '../state/api.ts';
import type { Dashboard } from '../state/dashboard.ts';
import { hashOf, type Route, readRoute, type View } from '../state/route.ts';
import type { Snapshot } from '../state/snapshot.ts';

/** What an action is asked for: a run, or some services of it. */
export interface AskedAction {
  readonly action: Action;
  readonly run: RunId;
  readonly services: readonly string[];
}

/** What every view can reach. */
export interface PageContext {
  readonly dashboard: Dashboard;
  /** The run that the address names; null = the newest. */
  readonly selected: RunId | null;
  /** Opens the dialog that says what will happen. */
  readonly ask: (asked: AskedAction) => void;
}

const Context = createContext<PageContext | null>(null);

/** Gives the context to what is inside. */
export const PageProvider = Context.Provider;

/** The context of the page. */
export function usePage(): PageContext {
  const page = useContext(Context);
  if (page === null) throw new Error('a view outside the page');
  return page;
}

/** The address of a view that stays with the run that is shown. */
export function useHref(): (view: View) => string {
  const { selected } = usePage();
  return (view) => hashOf({ view, run: selected });
}

/** What the dashboard knows, anew at most ten times a second. */
export function useSnapshot(dashboard: Dashboard): Snapshot {
  const [snapshot, setSnapshot] = useState(dashboard.snapshot);
  useEffect(() => dashboard.subscribe(() => setSnapshot(dashboard.snapshot)), [dashboard]);
  return snapshot;
}

/** Where the address leads. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => readRoute(location.hash));
  useEffect(() => {
    const read = () => setRoute(readRoute(location.hash));
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return route;
}
