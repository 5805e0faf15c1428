import { useState } from 'preact/hooks';
import { type AskedAction, usePage } from '../../parts/context.ts';
import type { Action, Refusal } from '../../state/api.ts';
import { actionText } from './action-text.ts';
import { Dialog } from './dialog.tsx';
import { TokenField } from './token-panel.tsx';

/** What cannot be taken back by the next click. */
const GRAVE: ReadonlySet<Action> = new Set(['cancel', 'rollback']);

type Answer = { readonly ok: true; readonly message: string } | ({ readonly ok: false } & Refusal);

/** Says what will happen and asks whether it shall; then says what came of it. */
export function ActionDialog({ asked, onClose }: { readonly asked: AskedAction; readonly onClose: () => void }) {
  const { dashboard } = usePage();
  const { title, says, confirm } = actionText(asked);
  const [token, setToken] = useState(dashboard.api.token);
  const [answer, setAnswer] = useState<Answer | 'asking' | null>(null);
  const act = async (event: SubmitEvent) => {
    event.preventDefault();
    setAnswer('asking');
    await dashboard.authorise(token.trim());
    const { action, run, services } = asked;
    const result = await dashboard.api.act(action, { run, confirm: run, ...(services.length > 0 && { services }) });
    setAnswer(result.ok ? { ok: true, message: result.value.message } : { ok: false, ...result.error });
  };
  const done = answer !== null && answer !== 'asking' && answer.ok;
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{says}</p>
      <form onSubmit={act}>
        {!done && <TokenField token={token} onToken={setToken} />}
        <AnswerText answer={answer} />
        <div class="dialog-buttons">
          <button type="button" onClick={onClose}>
            {done ? 'Close' : 'Leave it'}
          </button>
          {!done && (
            <button
              type="submit"
              class={GRAVE.has(asked.action) ? 'main grave' : 'main'}
              data-confirm
              disabled={answer === 'asking'}
            >
              {confirm}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

function AnswerText({ answer }: { readonly answer: Answer | 'asking' | null }) {
  return (
    <div role="status" class="answer">
      {answer === 'asking' && <p class="dim">Asking …</p>}
      {answer !== null && answer !== 'asking' && (
        <p class={answer.ok ? 'good-text' : 'bad-text'}>
          {answer.message}
          {!answer.ok && answer.remedy !== '' && <span class="remedy">{answer.remedy}</span>}
        </p>
      )}
    </div>
  );
}
