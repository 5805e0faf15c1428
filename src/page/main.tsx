import { render } from 'preact';
import { Dashboard } from './state/dashboard.ts';
import { readRoute } from './state/route.ts';
import { followSystemTheme } from './state/theme.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/services.css';
import './styles/panels.css';
import './styles/plots.css';
import './styles/service.css';
import './styles/history.css';
import './styles/dialogs.css';
import 'uplot/dist/uPlot.min.css';
import { App } from './views/app.tsx';

/*
 * The script stands in the document's head and is waited for, so that the page is dark or light before anything of it is seen.
 */
followSystemTheme();
const dashboard = new Dashboard();
addEventListener('DOMContentLoaded', () => {
  dashboard.start(readRoute(location.hash).run);
  render(<App dashboard={dashboard} />, document.getElementById('app')!);
});
