import type { ContainerSettings, OwnSettings, SettingName } from '../docker/settings/types.ts';
import type { ComposeModel, ComposeService } from '../fleet/types.ts';
import { formatDuration } from '../util/duration.ts';
import type { Compared } from './drift.ts';
import { writeNetworks, writePorts, writeVolumes } from './restate-attachments.ts';
import { type Draft, escaped, type From, given, isEmpty, set, type Writer } from './restate-draft.ts';

/**
 * The project's model with a service as its container has it: what drifted is taken from the container, the rest stays as the files say, so
 * that putting it back makes the same container again. Networks and volumes that the model does not know are named as external.
 */
export function restateService(
  model: ComposeModel,
  service: string,
  compared: Pick<Compared, 'drift'> & { own: OwnSettings },
): ComposeModel {
  const { own, drift } = compared;
  const fields = new Set(drift.map((d) => d.field));
  if (fields.size === 0 || own.defaults === null) return model;
  const draft: Draft = {
    service: { ...model.services[service] },
    networks: { ...model.networks },
    volumes: { ...model.volumes },
  };
  const from: From = { own: own.settings, defaults: own.defaults, model, name: service };
  for (const group of new Set([...fields].map(groupOf))) writerOf(group)(draft, from);
  return {
    ...model,
    services: { ...model.services, [service]: draft.service as ComposeService },
    networks: draft.networks as ComposeModel['networks'] & object,
    volumes: draft.volumes as ComposeModel['volumes'] & object,
  };
}

/** Settings that only make sense together are written together. */
function groupOf(field: SettingName): SettingName {
  if (field === 'entrypoint') return 'command';
  return field === 'network_mode' ? 'networks' : field;
}

function writerOf(field: SettingName): Writer {
  const special: Partial<Record<SettingName, Writer>> = {
    container_name: writeName,
    command: writeProcess,
    environment: writeEnvironment,
    labels: ({ service }, { own, defaults }) => set(service, 'labels', differing(own.labels, defaults.labels)),
    ports: writePorts,
    volumes: writeVolumes,
    volumes_from: ({ service }, { own }) => set(service, 'volumes_from', own.volumes_from.map(withoutServicePrefix)),
    networks: writeNetworks,
    restart: writeRestart,
    healthcheck: writeHealthcheck,
    stop_grace_period: ({ service }, { own }) =>
      set(service, 'stop_grace_period', own.stop_grace_period === null ? null : formatDuration(own.stop_grace_period)),
    gpus: writeDevices,
    devices: writeDevices,
    mem_limit: ({ service }, { own }) =>
      writeLimit(service, 'limits', { deployed: 'memory', key: 'mem_limit', value: own.mem_limit }),
    mem_reservation: ({ service }, { own }) =>
      writeLimit(service, 'reservations', { deployed: 'memory', key: 'mem_reservation', value: own.mem_reservation }),
    cpus: ({ service }, { own }) => writeLimit(service, 'limits', { deployed: 'cpus', key: 'cpus', value: own.cpus }),
    pids_limit: ({ service }, { own }) =>
      writeLimit(service, 'limits', { deployed: 'pids', key: 'pids_limit', value: own.pids_limit }),
    blkio_config: writeBlockIo,
    logging: ({ service }, { own }) =>
      set(service, 'logging', own.logging.driver === '' && isEmpty(own.logging.options) ? null : withoutEmptyDriver(own.logging)),
  };
  return special[field] ?? (({ service }, { own }) => set(service, field, own[field]));
}

function differing(own: Readonly<Record<string, string>>, usual: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(own).filter(([name, value]) => usual[name] !== value));
}

const writeName: Writer = ({ service }, { own, model, name }) => {
  const given = own.container_name.startsWith(`${model.name}-${name}-`);
  set(service, 'container_name', given ? null : own.container_name);
};

/** Both are said outright: an entry point of its own would lose the image's command. */
const writeProcess: Writer = ({ service }, { own, defaults }) => {
  const same = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((word, i) => word === b[i]);
  const inherits = same(own.entrypoint, defaults.entrypoint);
  service.entrypoint = inherits ? null : escaped(own.entrypoint);
  service.command = inherits && same(own.command, defaults.command) ? null : escaped(own.command);
};

/** A variable that the image has and the container does not is named without a value. */
const writeEnvironment: Writer = ({ service }, { own, defaults }) => {
  const removed = Object.keys(defaults.environment).filter((name) => !(name in own.environment));
  const gone = Object.fromEntries(removed.map((name) => [name, null]));
  set(service, 'environment', { ...differing(own.environment, defaults.environment), ...gone });
};

const writeRestart: Writer = ({ service }, { own }) => {
  const { restart_policy: _, ...deploy } = (service.deploy ?? {}) as Record<string, unknown>;
  set(service, 'deploy', deploy);
  set(service, 'restart', own.restart === 'no' ? null : own.restart);
};

const writeHealthcheck: Writer = ({ service }, { own: { healthcheck: check } }) => {
  if (check === null) return set(service, 'healthcheck', null);
  if (check.test[0] === 'NONE') return set(service, 'healthcheck', { disable: true });
  const times = {
    interval: check.intervalMs,
    timeout: check.timeoutMs,
    start_period: check.startPeriodMs,
    start_interval: check.startIntervalMs,
  };
  const written = Object.entries(times).filter(([, ms]) => ms > 0);
  set(service, 'healthcheck', {
    test: check.test,
    ...Object.fromEntries(written.map(([key, ms]) => [key, formatDuration(ms)])),
    ...(check.retries > 0 ? { retries: check.retries } : {}),
  });
};

/** A limit may stand in two places, of which the one under `deploy` counts more. */
function writeLimit(
  service: Record<string, unknown>,
  kind: 'limits' | 'reservations',
  limit: { readonly deployed: string; readonly key: string; readonly value: number },
): void {
  writeDeployed(service, kind, limit.deployed);
  set(service, limit.key, limit.key.startsWith('mem_') && limit.value > 0 ? String(limit.value) : limit.value);
}

/** Takes a limit away from under `deploy`; an empty part must not stay, Compose would take it for a limit of zero. */
function writeDeployed(service: Record<string, unknown>, kind: 'limits' | 'reservations', key: string): void {
  const deploy = (service.deploy ?? {}) as { readonly resources?: Readonly<Record<string, Record<string, unknown>>> };
  if (!deploy.resources?.[kind]) return;
  const { [key]: _, ...left } = deploy.resources[kind];
  const { [kind]: __, ...others } = deploy.resources;
  const resources = isEmpty(left) ? others : { ...others, [kind]: left };
  const { resources: ___, ...rest } = deploy;
  set(service, 'deploy', isEmpty(resources) ? rest : { ...rest, resources });
}

/** What is named by the device interface stands among the devices in Compose, any other request under `deploy`. */
const writeDevices: Writer = ({ service }, { own }) => {
  const requests = own.gpus as readonly DeviceRequest[];
  const named = requests.filter(({ Driver }) => Driver === 'cdi').flatMap(({ DeviceIDs = [] }) => DeviceIDs);
  writeDeployed(service, 'reservations', 'devices');
  delete service.gpus;
  set(service, 'devices', [...own.devices, ...named.map((id) => ({ source: id, target: id, permissions: 'rwm' }))]);
  const others = requests
    .filter(({ Driver }) => Driver !== 'cdi')
    .map(({ Driver, Count, DeviceIDs, Capabilities, Options }) =>
      given({ driver: Driver, count: Count, device_ids: DeviceIDs, capabilities: Capabilities?.[0], options: Options }),
    );
  if (others.length === 0) return;
  const deploy = (service.deploy ?? {}) as { readonly resources?: { readonly reservations?: object } };
  const reservations = { ...deploy.resources?.reservations, devices: others };
  service.deploy = { ...deploy, resources: { ...deploy.resources, reservations } };
};

interface DeviceRequest {
  readonly Driver?: string;
  readonly Count?: number;
  readonly DeviceIDs?: readonly string[];
  readonly Capabilities?: readonly (readonly string[])[];
  readonly Options?: Readonly<Record<string, string>>;
}

const writeBlockIo: Writer = ({ service }, { own }) => {
  const rates = (value: unknown) =>
    Array.isArray(value)
      ? value.map(({ Path: path, Rate: rate, Weight: weight }) =>
          weight === undefined ? { path, rate: String(rate) } : { path, weight },
        )
      : value;
  set(service, 'blkio_config', Object.fromEntries(Object.entries(own.blkio_config).map(([key, value]) => [key, rates(value)])));
};

function withoutServicePrefix(from: string): string {
  return from.replace(/^service:/, '');
}

function withoutEmptyDriver({ driver, options }: ContainerSettings['logging']) {
  return driver === '' ? { options } : { driver, options };
}
