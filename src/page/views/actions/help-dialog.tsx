import { Dialog } from './dialog.tsx';

const KEYS = [
  ['/', 'filter the services'],
  ['1 2 3 4', 'services, timeline, graph, history'],
  ['↑ ↓ Page Home End', 'move in a list'],
  ['Enter', 'open what is marked'],
  ['+ − 0', 'zoom the timeline or the graph, show all of it'],
  ['← →', 'move the timeline'],
  ['Tab', 'to the next part of the page'],
  ['Esc', 'close a dialog, empty the filter'],
  ['?', 'this help'],
] as const;

/** What the keyboard does. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="keys">
        {KEYS.map(([keys, does]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p class="dim">
        Watching never disturbs a run: this page can be closed at any time. The same in a terminal: <code>slipway monitor</code>
      </p>
      <form method="dialog" class="dialog-buttons">
        <button type="submit" class="main">
          Close
        </button>
      </form>
    </Dialog>
  );
}
