/** The files of the page, as text: all that the server gives out without a token, and with no data in them. */
export interface PageAssets {
  /** Of `/`: refers to `/assets/app.js`, `/assets/app.css` and `/assets/icon.svg`, and has no inline script or style. */
  readonly html: string;
  readonly js: string;
  readonly css: string;
  /** An SVG. */
  readonly icon: string;
}
