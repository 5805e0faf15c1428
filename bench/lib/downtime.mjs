import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const SERVICE = 'com.docker.compose.service';
const ACTIONS = ['create', 'die', 'start', 'health_status'];

/** Follows the engine's own events of a Compose project until `stop` is called, which gives all of them, oldest first. */
export async function followEvents(project) {
  const filters = [`label=com.docker.compose.project=${project}`, 'type=container', ...ACTIONS.map((a) => `event=${a}`)];
  const argv = ['events', '--format', '{{json .}}', ...filters.flatMap((f) => ['--filter', f])];
  const child = spawn('docker', argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const events = [];
  const ended = new Promise((resolve) => {
    createInterface({ input: child.stdout })
      .on('line', (line) => events.push(readEvent(JSON.parse(line))))
      .once('close', resolve);
  });
  return {
    stop: async () => {
      child.kill();
      await ended;
      return events.toSorted((a, b) => a.at - b.at);
    },
  };
}

function readEvent({ Action, Actor, timeNano }) {
  return { action: Action, container: Actor.ID, service: Actor.Attributes[SERVICE], at: timeNano / 1e6 };
}

/**
 * How long each service was away, seconds: from the end of its old container to the start of another one, and to that one's first
 * "healthy". A service whose container did not change is not in it.
 */
export function downtimes(events) {
  const services = [...new Set(events.map((e) => e.service))];
  return services.flatMap((service) => {
    const own = events.filter((e) => e.service === service);
    const died = own.find((e) => e.action === 'die');
    const started = died && own.find((e) => e.action === 'start' && e.at >= died.at && e.container !== died.container);
    if (!started) return [];
    const healthy = own.find((e) => e.action === 'health_status: healthy' && e.container === started.container);
    return [{ service, toStart: (started.at - died.at) / 1000, toHealthy: healthy ? (healthy.at - died.at) / 1000 : null }];
  });
}
