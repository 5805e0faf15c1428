import { join } from 'node:path';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { DoctorCheck, DoctorContext } from '../types.ts';

/** What operators source before they build by hand. */
const ENV_FILE = '.env.buildkit';
/** Variables with which a shell switches BuildKit off for `docker build` and `docker compose build`. */
const SWITCHES = ['DOCKER_BUILDKIT', 'COMPOSE_DOCKER_CLI_BUILD'];
const DEFAULT_BUILDER = 'default';

/** Whether builds go through BuildKit: Slipway's always do, so a shell that says otherwise is only worth a remark. */
export const checkBuildKit: DoctorCheck = {
  name: 'buildkit',
  title: 'BuildKit',
  rebuild: 'stops',
  needs: 'engine',
  run: async (context) => {
    const { defaultBuilder } = await context.host.engineHost();
    const builder = context.fleet?.settings.buildkit.builder ?? DEFAULT_BUILDER;
    return {
      seen: builder === DEFAULT_BUILDER ? "on, the engine's own builder" : `on, builder ${builder}`,
      findings: [
        ...(await missingBuilder(builder, context)),
        ...switchedOff(context),
        ...(defaultBuilder === 'classic' ? [classicByDefault()] : []),
        ...(await notSourced(context)),
      ],
    };
  },
};

/** Who builds nothing needs no builder. */
async function missingBuilder(builder: string, { host, configFile, selected }: DoctorContext): Promise<Diagnostic[]> {
  if (builder === DEFAULT_BUILDER || !selected.some(({ build }) => build !== null)) return [];
  const found = await host.builder(builder);
  if (found.ok) return [];
  return [
    {
      code: 'builder-missing',
      severity: 'error',
      message: `buildx has no builder ${builder}, with which the configuration wants to build`,
      ...(configFile === null ? {} : { file: configFile }),
      evidence: found.error.message,
      remedy: `make it with docker buildx create --name ${builder}, or set buildkit.builder to default`,
    },
  ];
}

function switchedOff({ env }: DoctorContext): Diagnostic[] {
  const off = SWITCHES.filter((name) => env[name] === '0');
  return off.map((name) => ({
    code: 'buildkit-switched-off',
    severity: 'info',
    message: `${name}=0 is set in this shell: Slipway builds with BuildKit all the same, builds by hand would not`,
    remedy: `unset ${name}`,
  }));
}

function classicByDefault(): Diagnostic {
  return {
    code: 'buildkit-not-default',
    severity: 'info',
    message: "BuildKit is not the engine's default builder: Slipway builds with it all the same, builds by hand may not",
    remedy: 'set "features": { "buildkit": true } in /etc/docker/daemon.json',
  };
}

/** Only a remark: Slipway needs none of it, but the operators' guide has people source it. */
async function notSourced({ root, disk, env }: DoctorContext): Promise<Diagnostic[]> {
  if (root === null) return [];
  const file = join(root, ENV_FILE);
  const text = await disk.read(file).then(
    (content) => content.toString('utf8'),
    () => '',
  );
  const unset = variablesIn(text).filter((name) => env[name] === undefined);
  if (unset.length === 0) return [];
  const message = `${ENV_FILE} is not sourced in this shell; Slipway does not need it, builds by hand may`;
  return [{ code: 'env-buildkit-not-sourced', severity: 'info', message, file, remedy: `source ${ENV_FILE}` }];
}

function variablesIn(text: string): string[] {
  return [...text.matchAll(/^\s*(?:export\s+)?([A-Za-z_]\w*)=/gm)].map(([, name]) => name!);
}
