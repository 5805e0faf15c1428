import type { ComponentChildren } from 'preact';

interface PanelProps {
  readonly title: string;
  readonly note?: string | undefined;
  /** A class of the style sheet, where the panel has a place of its own. */
  readonly name?: string;
  readonly children: ComponentChildren;
}

/** A titled part of the page. */
export function Panel({ title, note, name, children }: PanelProps) {
  return (
    <section class={`panel ${name ?? ''}`} aria-label={title}>
      <h2>
        {title}
        {note !== undefined && <span class="note">{note}</span>}
      </h2>
      {children}
    </section>
  );
}
