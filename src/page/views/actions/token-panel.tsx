import { useState } from 'preact/hooks';
import { usePage } from '../../parts/context.ts';

/** The token, as `slipway serve` printed it. */
export function TokenField({ token, onToken }: { readonly token: string; readonly onToken: (token: string) => void }) {
  return (
    <p class="field">
      <label for="token">Token</label>
      <input
        id="token"
        type="password"
        autocomplete="off"
        spellcheck={false}
        value={token}
        onInput={(event) => onToken(event.currentTarget.value)}
        aria-describedby="token-help"
      />
      <span id="token-help" class="dim">
        slipway serve prints it when it starts. It is kept for this tab only.
      </span>
    </p>
  );
}

/** In place of everything else when the server shows nothing without a token. */
export function TokenPanel() {
  const { dashboard } = usePage();
  const [token, setToken] = useState(dashboard.api.token);
  const refused = dashboard.api.token !== '';
  const use = (event: SubmitEvent) => {
    event.preventDefault();
    void dashboard.authorise(token.trim());
  };
  return (
    <form class="token-panel panel" onSubmit={use}>
      <h2>This server wants a token</h2>
      <TokenField token={token} onToken={setToken} />
      {refused && (
        <p class="bad-text" role="status">
          It does not take the present one.
        </p>
      )}
      <button type="submit" class="main">
        Go on
      </button>
    </form>
  );
}
