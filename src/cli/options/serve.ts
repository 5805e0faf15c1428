import { err, ok } from '../../model/result.ts';
import { COMPOSE_FLAGS } from './common.ts';
import { anyText, type FlagSet, one, type Parse } from './flag.ts';

/** Where the page is when nothing else is asked for. */
export const DEFAULT_PORT = 7575;

const port: Parse<number> = (text) =>
  /^\d{1,5}$/.test(text) && Number(text) <= 65_535
    ? ok(Number(text))
    : err('Give a number from 0 to 65535; 0 is any that is free');

export const SERVE_FLAGS = {
  host: one('--host', '<ADDRESS>', {
    says: 'listen on this address, 0.0.0.0 for all (default: 127.0.0.1, which only this machine reaches); any other needs the token for everything',
    parse: anyText,
  }),
  port: one('--port', '<PORT>', { says: `listen on this port, 0 for any that is free (default: ${DEFAULT_PORT})`, parse: port }),
  tokenFile: one('--token-file', '<FILE>', {
    says: 'the token that actions need is in this file (default: SLIPWAY_TOKEN, else one is made and printed)',
    parse: anyText,
  }),
  ...COMPOSE_FLAGS,
} satisfies FlagSet;
