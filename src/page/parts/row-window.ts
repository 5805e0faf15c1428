import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { type RowWindow, rowsInSight } from './virtual-window.ts';

/** The rows of a list to draw now; follows scrolling of the list's own box or of the whole page, whichever it is that scrolls. */
export function useRowWindow(list: RefObject<HTMLElement | null>, count: number, rowHeight: number): RowWindow {
  const [inSight, setInSight] = useState<RowWindow>({ from: 0, to: Math.min(count, 40) });
  useLayoutEffect(() => {
    const look = () => {
      const element = list.current;
      if (element === null) return;
      const next = inSightOf(element, count, rowHeight);
      setInSight((before) => (before.from === next.from && before.to === next.to ? before : next));
    };
    look();
    const options = { capture: true, passive: true };
    addEventListener('scroll', look, options);
    addEventListener('resize', look, options);
    return () => {
      removeEventListener('scroll', look, options);
      removeEventListener('resize', look, options);
    };
  }, [list, count, rowHeight]);
  // A list that became shorter is not drawn beyond its end, not even once.
  return { from: Math.min(inSight.from, count), to: Math.min(inSight.to, count) };
}

/** Scrolls so that a row stands in sight, if it does not already. */
export function bringIntoSight(list: HTMLElement, row: number, rowHeight: number): void {
  const box = scrollBoxOf(list);
  const edges = edgesOf(box);
  const topPx = list.getBoundingClientRect().top + row * rowHeight;
  const target = box ?? document.scrollingElement;
  if (topPx < edges.top) target?.scrollBy(0, topPx - edges.top);
  else if (topPx + rowHeight > edges.bottom) target?.scrollBy(0, topPx + rowHeight - edges.bottom);
}

/** How many rows fit into what is in sight. */
export function rowsOfPage(list: HTMLElement, rowHeight: number): number {
  const { top, bottom } = edgesOf(scrollBoxOf(list));
  return Math.max(1, Math.floor((bottom - top) / rowHeight) - 1);
}

function inSightOf(list: HTMLElement, count: number, rowHeight: number): RowWindow {
  const { top, bottom } = edgesOf(scrollBoxOf(list));
  const hiddenAbove = top - list.getBoundingClientRect().top;
  return rowsInSight({ count, rowHeight, hiddenAbove, viewHeight: bottom - top });
}

/** The box around the list that scrolls; null when the page itself does. */
function scrollBoxOf(list: HTMLElement): HTMLElement | null {
  const box = list.closest<HTMLElement>('[data-scroll]');
  return box !== null && /auto|scroll/.test(getComputedStyle(box).overflowY) ? box : null;
}

function edgesOf(box: HTMLElement | null): { readonly top: number; readonly bottom: number } {
  if (box === null) return { top: 0, bottom: innerHeight };
  const { top, bottom } = box.getBoundingClientRect();
  return { top: top + (box.querySelector<HTMLElement>('[data-sticky]')?.offsetHeight ?? 0), bottom };
}
