import type { PageAssets } from '../serve/page-assets.ts';

/** Put in by the build (scripts/build/page.mjs): the page stands inside the one file that Slipway is. */
declare const SLIPWAY_PAGE: PageAssets | undefined;

/** The page that `slipway serve` gives out. Run from the sources, which no page is built from, it says how to get one. */
export function pageAssets(): PageAssets {
  return typeof SLIPWAY_PAGE === 'undefined' ? NOT_BUILT : SLIPWAY_PAGE;
}

const NOT_BUILT: PageAssets = {
  html: '<!doctype html><html lang="en"><title>Slipway</title><p>The page is part of the built command line: npm run build</p></html>',
  js: '',
  css: '',
  icon: '<svg xmlns="http://www.w3.org/2000/svg"/>',
};
