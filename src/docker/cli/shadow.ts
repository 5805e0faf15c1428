import type { ComposeService } from '../../fleet/types.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { PreflightRequest, StepFailure, StepIo } from '../port.ts';
import { runChild } from '../process.ts';
import { composeArgv, shadowArgv } from './argv.ts';
import { composeFailure } from './compose-failure.ts';
import type { UpTools } from './up.ts';

/** The shadow's name and labels. */
export interface Shadow {
  readonly request: PreflightRequest;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 180_000;

/**
 * Starts a shadow of the service as one of Compose's one-off containers, which count for no replica. The project's own files are used,
 * with an override on stdin, so that networks, secrets and values are those of the service. Removing the shadow is the caller's.
 */
export async function startShadow(
  at: UpTools,
  shadow: Shadow,
  io: Pick<StepIo, 'signal' | 'log'>,
): Promise<Result<null, StepFailure>> {
  const { project, service } = shadow.request;
  const result = await runChild({
    argv: shadowArgv(composeArgv(at.tools.compose, project, 'files-and-stdin'), {
      service: service.name,
      name: shadow.name,
      // A terminal cannot be had here; a process that only waits for one waits for its input as well.
      stdin: service.compose.stdin_open === true || service.compose.tty === true ? 'open' : 'closed',
    }),
    env: at.env,
    cwd: project.directory,
    input: shadowOverride(shadow),
    timeoutMs: TIMEOUT_MS,
    signal: io.signal,
    onStderr: (chunk) => io.log(chunk.toString('utf8')),
  });
  if (result.end.kind === 'exited' && result.end.code === 0) return ok(null);
  return err(composeFailure(result, { call: 'docker compose run', code: 'preflight-failed', timeoutMs: TIMEOUT_MS }));
}

/** What differs from the service, in Compose's own language. JSON is YAML, but for the tags. */
function shadowOverride({ request: { service, image }, labels }: Shadow): string {
  const { deploy } = service.compose;
  const lines = [
    `image: ${JSON.stringify(image)}`,
    'pull_policy: never',
    'build: !reset null',
    'container_name: !reset null',
    'ports: !reset []',
    'mac_address: !reset null',
    'restart: "no"',
    ...(deploy?.restart_policy ? ['deploy: { restart_policy: !reset null }'] : []),
    ...networkLines(service.compose),
    `labels: ${JSON.stringify(labels)}`,
  ];
  return `services:\n  ${JSON.stringify(service.name)}:\n${lines.map((line) => `    ${line}\n`).join('')}`;
}

/** What must not be twice in one network. */
const ONLY_ONE = ['aliases', 'ipv4_address', 'ipv6_address', 'link_local_ips', 'mac_address'];

function networkLines({ networks }: ComposeService): string[] {
  if (!networks) return [];
  const plain = Object.entries(networks as Record<string, Record<string, unknown> | null>).map(([name, options]) => {
    return [name, Object.fromEntries(Object.entries(options ?? {}).filter(([key]) => !ONLY_ONE.includes(key)))];
  });
  return [`networks: !override ${JSON.stringify(Object.fromEntries(plain))}`];
}
