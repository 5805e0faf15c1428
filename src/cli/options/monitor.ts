import { COMPOSE_FLAGS } from './common.ts';
import { anyText, type FlagSet, one, toggle } from './flag.ts';
import { parseRefresh } from './values.ts';

export const MONITOR_FLAGS = {
  ...COMPOSE_FLAGS,
  once: toggle('--once', 'print everything once, with every service, and end'),
  run: one('--run', '<RUN>', { says: 'this run (default: the newest, and the next one when it starts)', parse: anyText }),
  refresh: one('--refresh', '<DURATION>', {
    says: 'how often the engine is asked about containers (default: monitoring.refresh_interval)',
    parse: parseRefresh,
  }),
} satisfies FlagSet;
