import type { ComponentChildren } from 'preact';

/** A titled part of the page. */
export function Panel({ title, note, children }: { title: string; note?: string | undefined; children: ComponentChildren }) {
  return (
    <section class="panel" aria-label={title}>
      <h2>
        {title}
        {note !== undefined && <span class="note">{note}</span>}
      </h2>
      {children}
    </section>
  );
}
