import { run } from '../../libs/node/web.mjs';
import { handlers } from './handlers.js';

run('health-dashboard', import.meta.url, handlers);
