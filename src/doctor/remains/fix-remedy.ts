/** What to do about what `doctor --fix` can put right; the next rebuild does the same by itself. */
export const FIX = 'slipway doctor --fix';
