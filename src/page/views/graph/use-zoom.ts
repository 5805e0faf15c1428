import type { TargetedKeyboardEvent, TargetedPointerEvent } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

type Box = { readonly current: HTMLElement | null };

interface Size {
  readonly width: number;
  readonly height: number;
}

const LEAST = 0.2;
const MOST = 2.5;

/** How large a drawing is shown in the box that it scrolls in: at first so that it is readable, and all of it where that is possible. */
export function useZoom(box: Box, size: Size) {
  const [zoom, setZoom] = useState(1);
  const middle = useRef<{ x: number; y: number } | null>(null);
  const fit = () => box.current && setZoom(limited(fitting(box.current, size)));
  useLayoutEffect(() => {
    if (box.current) setZoom(Math.min(1, Math.max(0.6, fitting(box.current, size))));
  }, [size]);
  const zoomBy = (factor: number) => {
    const element = box.current;
    if (element === null) return;
    middle.current = {
      x: (element.scrollLeft + element.clientWidth / 2) / zoom,
      y: (element.scrollTop + element.clientHeight / 2) / zoom,
    };
    setZoom(limited(zoom * factor));
  };
  useLayoutEffect(() => {
    if (middle.current === null || box.current === null) return;
    const { x, y } = middle.current;
    middle.current = null;
    box.current.scrollTo(x * zoom - box.current.clientWidth / 2, y * zoom - box.current.clientHeight / 2);
  }, [zoom, box]);
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>) => {
    const typed = event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey;
    const act = { '+': () => zoomBy(1.25), '=': () => zoomBy(1.25), '-': () => zoomBy(0.8), '0': fit }[event.key];
    if (typed || !act) return;
    event.preventDefault();
    act();
  };
  return { zoom, zoomBy, fit, onKeyDown, drag: dragIn(box) };
}

/** With a mouse only: a finger scrolls as it is. */
function dragIn(box: Box) {
  return {
    onPointerMove: (event: TargetedPointerEvent<HTMLElement>) => {
      if (event.pointerType === 'mouse' && event.buttons === 1) box.current?.scrollBy(-event.movementX, -event.movementY);
    },
    onDragStart: (event: Event) => event.preventDefault(),
  };
}

function fitting(box: HTMLElement, { width, height }: Size): number {
  return Math.min(1, box.clientWidth / width, box.clientHeight / height);
}

function limited(zoom: number): number {
  return Math.min(MOST, Math.max(LEAST, zoom));
}
