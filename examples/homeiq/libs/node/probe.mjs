/** The container's health check: exit 0 when /health on PORT answers 200. */
import { get } from 'node:http';

get({ host: '127.0.0.1', port: process.env.PORT, path: '/health', timeout: 3000 }, (response) => {
  process.exit(response.statusCode === 200 ? 0 : 1);
}).on('error', () => process.exit(1));
