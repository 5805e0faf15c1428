import type { JSX } from 'preact';

/** Drawn on a grid of 16, in the colour of the text around them. */
const SHAPES = {
  check: <path d="M3.5 8.5 6.5 11.5 12.5 4.8" />,
  cross: <path d="M4.2 4.2l7.6 7.6M11.8 4.2l-7.6 7.6" />,
  back: <path d="M6 3.2 3 6.2l3 3M3.2 6.2h5.6a3.4 3.4 0 0 1 0 6.8H6" />,
  skip: <path d="M3.8 8h8.4" />,
  busy: (
    <g>
      <circle cx="8" cy="8" r="5.4" opacity=".28" />
      <path class="spin" d="M8 2.6A5.4 5.4 0 0 1 13.4 8" />
    </g>
  ),
  half: (
    <g>
      <circle cx="8" cy="8" r="5.2" />
      <path class="solid" d="M8 2.8a5.2 5.2 0 0 1 0 10.4z" />
    </g>
  ),
  ring: <circle cx="8" cy="8" r="4.6" stroke-dasharray="1.6 1.9" />,
  pause: <path d="M5.6 3.6v8.8M10.4 3.6v8.8" />,
  play: <path d="M5 3.4 12.2 8 5 12.6z" />,
  stop: <rect x="4" y="4" width="8" height="8" rx="1" />,
  sun: (
    <g>
      <circle cx="8" cy="8" r="2.8" />
      <path d="M8 1.6v1.5M8 12.9v1.5M1.6 8h1.5M12.9 8h1.5M3.5 3.5l1 1M11.5 11.5l1 1M12.5 3.5l-1 1M4.5 11.5l-1 1" />
    </g>
  ),
  moon: <path d="M13 9.6A5.4 5.4 0 0 1 6.4 3 5.4 5.4 0 1 0 13 9.6z" />,
  system: (
    <g>
      <circle cx="8" cy="8" r="5.2" />
      <path class="solid" d="M8 2.8v10.4a5.2 5.2 0 0 0 0-10.4z" />
    </g>
  ),
  help: <path d="M5.6 6.1a2.4 2.4 0 1 1 3.6 2.1c-.8.5-1.2.9-1.2 1.8M8 12.4v.2" />,
  star: <path class="solid" d="M8 2.4l1.7 3.6 3.9.5-2.9 2.7.8 3.9L8 11.2l-3.5 1.9.8-3.9L2.4 6.5l3.9-.5z" />,
  left: <path d="M9.8 3.6 5.4 8l4.4 4.4" />,
  up: <path d="M4.4 9.6 8 6l3.6 3.6" />,
  down: <path d="M4.4 6.4 8 10l3.6-3.6" />,
} satisfies Record<string, JSX.Element>;

export type IconName = keyof typeof SHAPES;

/** A sign beside a word: it is passed over when the page is read aloud. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" width="14" height="14" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {SHAPES[name]}
    </svg>
  );
}
