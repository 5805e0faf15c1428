import manifest from '../../package.json' with { type: 'json' };

/** Slipway's version. */
export const VERSION: string = manifest.version;
