import { useEffect, useMemo, useState } from 'preact/hooks';
import { standingOf } from '../../report/facts/standing.ts';
import { type AskedAction, PageProvider, useRoute, useSnapshot } from '../parts/context.ts';
import type { Dashboard } from '../state/dashboard.ts';
import { hashOf, type Route } from '../state/route.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { ALL_SERVICES, type TableWish } from '../state/table.ts';
import { ActionDialog } from './actions/action-dialog.tsx';
import { HelpDialog } from './actions/help-dialog.tsx';
import { TokenPanel } from './actions/token-panel.tsx';
import { useShortcuts } from './actions/use-shortcuts.ts';
import { GraphView } from './graph/graph-view.tsx';
import { HistoryView } from './history-view.tsx';
import { RunBar } from './run/run-bar.tsx';
import { ServiceView } from './service/service-view.tsx';
import { ServicesView } from './services/services-view.tsx';
import { TimelineView } from './timeline/timeline-view.tsx';
import { TopBar } from './top-bar.tsx';

/** The whole page. */
export function App({ dashboard }: { readonly dashboard: Dashboard }) {
  const snapshot = useSnapshot(dashboard);
  const route = useRoute();
  const [asked, setAsked] = useState<AskedAction | null>(null);
  const [helping, setHelping] = useState(false);
  const [wish, setWish] = useState(ALL_SERVICES);
  const page = useMemo(() => ({ dashboard, selected: route.run, ask: setAsked }), [dashboard, route.run]);
  useEffect(() => dashboard.select(route.run), [dashboard, route.run]);
  useTitle(snapshot);
  useShortcuts({ onHelp: () => setHelping(true), onView: (kind) => go({ view: { kind }, run: route.run }) });
  const refused = snapshot.connection === 'refused';
  return (
    <PageProvider value={page}>
      {/* biome-ignore lint/a11y/useValidAnchor: it leads to a place of this page, whose address says what is shown */}
      <a class="skip" href="#main" onClick={skipToMain}>
        Skip to the content
      </a>
      <TopBar snapshot={snapshot} view={route.view.kind} onHelp={() => setHelping(true)} />
      {!refused && <RunBar snapshot={snapshot} wish={wish} onWish={setWish} />}
      <main id="main" tabIndex={-1} class={`view-${route.view.kind}`}>
        {refused ? <TokenPanel /> : <View snapshot={snapshot} route={route} wish={wish} onWish={setWish} />}
      </main>
      {asked !== null && <ActionDialog asked={asked} onClose={() => setAsked(null)} />}
      {helping && <HelpDialog onClose={() => setHelping(false)} />}
    </PageProvider>
  );
}

interface ViewProps {
  readonly snapshot: Snapshot;
  readonly route: Route;
  readonly wish: TableWish;
  readonly onWish: (wish: TableWish) => void;
}

function View({ snapshot, route: { view }, wish, onWish }: ViewProps) {
  if (view.kind === 'history') return <HistoryView snapshot={snapshot} />;
  if (snapshot.state === null) return <NoRun known={snapshot.known} />;
  switch (view.kind) {
    case 'services':
      return <ServicesView snapshot={snapshot} wish={wish} onWish={onWish} />;
    case 'timeline':
      return <TimelineView key={snapshot.run} snapshot={snapshot} />;
    case 'graph':
      return <GraphView snapshot={snapshot} />;
    case 'service':
      return <ServiceView key={view.service} snapshot={snapshot} service={view.service} />;
  }
}

function NoRun({ known }: { readonly known: boolean }) {
  return (
    <div class="no-run">
      {known ? (
        <>
          <h2>No run yet</h2>
          <p>
            This page shows the next one as soon as it starts: <code>slipway rebuild</code>
          </p>
        </>
      ) : (
        <p role="status">Asking the server …</p>
      )}
    </div>
  );
}

function useTitle({ state, rows, session, live }: Snapshot): void {
  const done = rows.filter(({ endedMs }) => endedMs !== null).length;
  const name = session?.name ?? 'Slipway';
  const title = state === null ? name : `${live ? `${done}/${rows.length}` : standingOf(state, { live })} · ${name} · Slipway`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}

function go(route: Route): void {
  location.hash = hashOf(route);
}

/** The address stays the view's. */
function skipToMain(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
