import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Seconds that the build steps of the whole fleet sleep, and that one of them sleeps at most. */
export const BUILD_SECONDS = { all: 55, most: 6 };

/** How unequal the builds are: the sigma of their log-normal distribution. */
const SIGMA = 0.9;

/** Seconds that each build sleeps: log-normal, the same for the same seed. */
function buildSeconds({ services, seed }) {
  const random = generator(seed);
  const { all, most } = BUILD_SECONDS;
  let seconds = Array.from({ length: services }, () => Math.exp(SIGMA * normal(random)));
  // Cutting the longest shortens the sum, and scaling lengthens the longest: some rounds settle both.
  for (let round = 0; round < 50; round += 1) {
    const sum = seconds.reduce((a, b) => a + b, 0);
    seconds = seconds.map((s) => Math.min(most, (s * all) / sum));
  }
  return seconds.map((s) => Math.round(s * 100) / 100);
}

/**
 * Writes a Compose project of tiny services into the folder: each has files of its own, answers /health, is checked every second until
 * it is healthy, and publishes no port. Also writes a slipway.yaml that waits for no soak.
 */
export async function writeFleet(folder, { name, base, services, seed }) {
  const compose = { name, services: {} };
  for (const [index, seconds] of buildSeconds({ services, seed }).entries()) {
    const service = `s${String(index + 1).padStart(2, '0')}`;
    compose.services[service] = serviceOf(name, service);
    const context = join(folder, service);
    await mkdir(context, { recursive: true });
    await writeFile(join(context, 'index.html'), `${service}\n`);
    await writeFile(join(context, 'Dockerfile'), dockerfile(base, seconds));
  }
  // Every JSON text is YAML as well.
  await writeFile(join(folder, 'docker-compose.yml'), JSON.stringify(compose, null, 2));
  await writeFile(join(folder, 'slipway.yaml'), 'phase: bench\nhealth: { stable_for: 0s }\n');
}

function serviceOf(project, service) {
  return {
    image: `${project}/${service}:latest`,
    build: { context: `./${service}` },
    init: true,
    healthcheck: {
      test: ['CMD', 'busybox', 'wget', '-q', '-O', '/dev/null', 'http://127.0.0.1:8080/health'],
      interval: '30s',
      timeout: '5s',
      retries: 3,
      start_period: '10s',
      start_interval: '1s',
    },
  };
}

function dockerfile(base, seconds) {
  return `FROM ${base}
COPY index.html /www/index.html
RUN busybox sleep ${seconds}
RUN echo well > /www/health
CMD ["busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]
`;
}

/** mulberry32 */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Box and Muller */
function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
