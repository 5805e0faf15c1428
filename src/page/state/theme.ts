/** What the operator chose: `auto` goes with the system. */
export type Theme = 'auto' | 'light' | 'dark';

const KEY = 'slipway.theme';
const ORDER: readonly Theme[] = ['auto', 'light', 'dark'];

/** The choice of before. */
export function chosenTheme(): Theme {
  const kept = localStorage.getItem(KEY);
  return ORDER.find((theme) => theme === kept) ?? 'auto';
}

/** The choice that the toggle leads to. */
export function nextTheme(theme: Theme): Theme {
  return ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length]!;
}

/** Shows the page so from now on, and remembers it. */
export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  applyTheme();
}

/** Puts light or dark into the document, where the style sheet looks for it. */
function applyTheme(): void {
  const theme = chosenTheme();
  document.documentElement.dataset.theme = theme === 'auto' ? (systemDark().matches ? 'dark' : 'light') : theme;
}

/** Goes with the system when that changes. */
export function followSystemTheme(): void {
  applyTheme();
  systemDark().addEventListener('change', applyTheme);
}

function systemDark(): MediaQueryList {
  return matchMedia('(prefers-color-scheme: dark)');
}
