import type { HostPort, ImagePlace } from '../../docker/host-port.ts';
import type { ImageDefaults } from '../../docker/settings/types.ts';
import type { Service } from '../../fleet/types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { assertNever } from '../../util/assert.ts';
import { mapBounded } from '../../util/bounded.ts';
import { counted } from '../../util/human.ts';
import { type HealthCommand, readHealthCommand } from '../health/health-command.ts';
import { isMounted, programPaths } from '../health/program-paths.ts';
import type { DoctorCheck, LiveContext } from '../types.ts';

/** With what a check could be written instead. */
const SUBSTITUTES = ['wget', 'curl', 'nc', 'python3', 'python', 'node', 'busybox'];
const AT_ONCE = 6;

/** Whether the programs that health checks call are in the images: a check without its program is never healthy, however well the service is. */
export const checkHealthTools: DoctorCheck = {
  name: 'health-tools',
  title: 'Health check tools',
  rebuild: 'goes-on',
  needs: 'fleet-and-engine',
  run: async (context) => {
    await context.host.clearHelpers(context.fleet.projects.map(({ name }) => name));
    const host = { haveAny: onceAnImage(context.host) };
    const looks = await mapBounded(context.selected, AT_ONCE, (service) => lookInto(service, { ...context, host }));
    const checked = looks.filter(({ kind }) => kind === 'checked').length;
    const unknown = looks.filter(({ kind }) => kind === 'no-image').length;
    const rest = unknown === 0 ? '' : `, ${counted(unknown, 'service has', 'services have')} no image yet`;
    return {
      seen: `${counted(checked, 'health check')} looked into${rest}`,
      findings: looks.flatMap(({ findings }) => findings),
    };
  },
};

type Looking = Pick<HostPort, 'haveAny'>;

/** Many services may share an image: the same question is asked of it once, as every helper costs the engine a container. */
function onceAnImage(host: Looking): Looking['haveAny'] {
  const answers = new Map<string, ReturnType<Looking['haveAny']>>();
  return (place, lists) => {
    if (place.container !== null) return host.haveAny(place, lists);
    const question = JSON.stringify([place.image, lists]);
    const answer = answers.get(question) ?? host.haveAny(place, lists);
    answers.set(question, answer);
    return answer;
  };
}

interface Look {
  readonly kind: 'checked' | 'no-image' | 'no-check';
  readonly findings: readonly Diagnostic[];
}

async function lookInto(service: Service, context: Omit<LiveContext, 'host'> & { readonly host: Looking }): Promise<Look> {
  const seen = context.observed.services[service.key];
  const image = seen?.tagImage ?? seen?.containers[0]?.image ?? null;
  const defaults = image === null ? null : await context.engine.imageDefaults(image);
  if (image === null || defaults === null) return { kind: 'no-image', findings: [] };
  const commands = healthCommands(service, defaults);
  if (commands.length === 0) return { kind: 'no-check', findings: [] };
  const running = seen?.containers.find((container) => container.state === 'running' && container.image === image);
  const place = { image, container: running?.id ?? null, project: service.project };
  const look = (programs: readonly string[]) => findPrograms(programs, { service, defaults, place, host: context.host });
  const there = await look(
    commands.flatMap(({ shell, alternatives }) => [...(shell === null ? [] : [shell]), ...alternatives.flat()]),
  );
  if (there === null) return { kind: 'no-image', findings: [] };
  const lacking = commands.flatMap((command) => missing(command, there));
  if (lacking.length === 0) return { kind: 'checked', findings: [] };
  const substitutes = (await look(SUBSTITUTES)) ?? new Map<string, Found>();
  const usable = SUBSTITUTES.filter((name) => substitutes.get(name)?.state === 'there');
  return { kind: 'checked', findings: lacking.map((lack) => finding(lack, service, usable)) };
}

/** Docker's own check, of the service or of its image, and the command with which Slipway asks. */
function healthCommands(service: Service, image: ImageDefaults): readonly HealthCommand[] {
  const own = service.compose.healthcheck;
  const test = own?.disable ? ['NONE'] : (own?.test ?? image.healthcheck?.test ?? []);
  const probe = service.probe.kind === 'command' ? ['CMD', ...service.probe.command] : [];
  return [test, probe].flatMap((words) => readHealthCommand(words, null) ?? []);
}

interface Question {
  readonly service: Service;
  readonly defaults: ImageDefaults;
  /** A running container of that very image knows its mounts too. */
  readonly place: ImagePlace;
  readonly host: Looking;
}

/** A program that was looked for: where, and whether it is there; `unknown` = a mount hides what the image has. */
interface Found {
  readonly state: 'there' | 'missing' | 'unknown';
  readonly paths: readonly string[];
}

/** Null = the image has gone meanwhile. */
async function findPrograms(
  names: readonly string[],
  { service, defaults, place, host }: Question,
): Promise<ReadonlyMap<string, Found> | null> {
  const programs = [...new Set(names)].map((name) => ({ name, paths: programPaths(name, service, defaults) }));
  const there = await host.haveAny(
    place,
    programs.map(({ paths }) => paths),
  );
  if (there === null) return null;
  const entries = programs.map(({ name, paths }, index): [string, Found] => {
    const isHidden = place.container === null && paths.some((path) => isMounted(path, service));
    return [name, { state: there[index] ? 'there' : isHidden ? 'unknown' : 'missing', paths }];
  });
  return new Map(entries);
}

/** What a check calls and cannot have. */
type Lack =
  | { readonly kind: 'shell'; readonly shell: string }
  | { readonly kind: 'tool'; readonly name: string; readonly paths: readonly string[] };

function missing({ shell, alternatives }: HealthCommand, there: ReadonlyMap<string, Found>): Lack[] {
  const isMissing = (name: string) => there.get(name)?.state === 'missing';
  if (shell !== null && isMissing(shell)) return [{ kind: 'shell', shell }];
  const broken = alternatives.map((names) => names.find(isMissing));
  const [name] = broken;
  return name === undefined || broken.includes(undefined) ? [] : [{ kind: 'tool', name, paths: there.get(name)?.paths ?? [] }];
}

/** The command itself is not shown: it may hold a password. */
function finding(lack: Lack, service: Service, usable: readonly string[]): Diagnostic {
  const has = usable.length === 0 ? '' : ` (${usable.join(', ')})`;
  const base = { severity: 'warning', service: service.key, ...service.place } as const;
  switch (lack.kind) {
    case 'shell':
      return {
        ...base,
        code: 'health-shell-missing',
        message: `The health check of ${service.key} is a line for ${lack.shell}, which its image ${service.image} does not have`,
        remedy: `write it as ["CMD", program, ...] with a program that the image has${has}`,
      };
    case 'tool':
      return {
        ...base,
        code: 'health-tool-missing',
        message: `The health check of ${service.key} calls ${lack.name}, which its image ${service.image} does not have`,
        evidence: `looked for at ${lack.paths.join(', ')}`,
        remedy: `install it in the image, or write the check with what the image has${has}`,
      };
    default:
      return assertNever(lack);
  }
}
