import { run } from '../../libs/node/web.mjs';
import { handlers } from './handlers.js';

run('ai-automation-ui', import.meta.url, handlers);
