import { composeReads } from '../../backup/compose-reads.ts';
import type { Fleet, Project } from '../../fleet/types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { counted } from '../../util/human.ts';
import type { DoctorCheck } from '../types.ts';
import { type HeldSecret, heldSecrets } from './held-secrets.ts';
import { findWritten, readWritten, type Written } from './written.ts';

/** Secrets that stand in the Compose files for everybody who reads them, and in images and containers for everybody who inspects those. */
export const checkSecrets: DoctorCheck = {
  name: 'secrets',
  title: 'Secrets in the Compose model',
  rebuild: 'goes-on',
  needs: 'fleet',
  run: async ({ fleet, env }) => {
    const found = fleet.projects.flatMap((project) => secretsOf(project, fleet, env));
    const literal = found.filter(({ written }) => written?.as === 'literal');
    const others = found.filter(({ written }) => written?.as !== 'literal');
    const inImages = others.filter(({ secret }) => secret.path[0] === 'build');
    const passedIn = others.filter(({ secret }) => secret.path[0] === 'environment');
    return {
      seen: found.length === 0 ? 'none that can be told' : `${counted(found.length, 'place')} with a secret`,
      findings: [...literal.map(inFile), ...inImages.map(inImage), ...inEnvironment(passedIn)],
    };
  },
};

interface Found {
  readonly secret: HeldSecret;
  /** The service's key, or the project where services share it. */
  readonly owner: string;
  readonly service: string | null;
  readonly written: Written | null;
}

function secretsOf(project: Project, fleet: Fleet, env: Readonly<Record<string, string | undefined>>): readonly Found[] {
  const secrets = heldSecrets(project.model);
  if (secrets.length === 0) return [];
  const files = readWritten([...composeReads(project, env).files].sort((a, b) => rank(project, a) - rank(project, b)));
  return secrets.map((secret) => {
    const service = fleet.services.find((one) => one.project === project.name && one.name === secret.service)?.key ?? null;
    return { secret, owner: service ?? project.name, service, written: findWritten(files, secret) };
  });
}

/** The project's own files count most, the last of them before all. */
function rank({ files }: Project, path: string): number {
  return files.indexOf(path);
}

/** The evidence names the setting, never what it is set to: with one of its own no excerpt of the line is added. */
function inFile({ secret, owner, service, written }: Found): Diagnostic {
  return {
    code: 'secret-in-compose-file',
    severity: 'warning',
    ...(service !== null && { service }),
    message: `${settingOf(secret)} of ${owner} is ${secret.what}, written into the Compose file`,
    ...written?.place,
    evidence: `${[secret.service, ...secret.path].filter((part) => part !== null).join('.')}: ***`,
    remedy:
      secret.path[0] === 'build'
        ? 'take a Compose build secret (build.secrets): an argument stays in the image’s history'
        : 'take a Compose secret (secrets:), or set it in an env file that is kept outside git; then change the secret, it has been shared',
  };
}

/** Wherever it comes from, an argument of a build can be read from the image. */
function inImage({ secret, owner, service, written }: Found): Diagnostic {
  return {
    code: 'secret-in-build-argument',
    severity: 'warning',
    ...(service !== null && { service }),
    message: `The build argument ${secret.path.at(-1)} of ${owner} is ${secret.what}: whoever has the image can read it`,
    ...written?.place,
    evidence: `${[secret.service, ...secret.path].filter((part) => part !== null).join('.')}: ***`,
    remedy: 'take a Compose build secret (build.secrets) and RUN --mount=type=secret in the Dockerfile',
  };
}

/** All in one: it is how most fleets do it, and only worth knowing. */
function inEnvironment(found: readonly Found[]): readonly Diagnostic[] {
  if (found.length === 0) return [];
  const owners = [...new Set(found.map(({ owner }) => owner))];
  const lines = owners.map((owner) => {
    const names = found.filter((one) => one.owner === owner).map(({ secret }) => secret.path.at(-1));
    return `${owner}: ${names.join(', ')}`;
  });
  return [
    {
      code: 'secret-in-environment',
      severity: 'info',
      message: `${counted(owners.length, 'service')} ${owners.length === 1 ? 'gets its' : 'get their'} secrets as environment variables, which docker inspect shows`,
      evidence: lines.join('\n'),
      remedy: 'Compose secrets (secrets:) are files that only the service sees',
    },
  ];
}

function settingOf({ path }: HeldSecret): string {
  const [section, ...rest] = path;
  const name = rest.at(-1);
  switch (section) {
    case 'environment':
      return `The variable ${name}`;
    case 'build':
      return `The build argument ${name}`;
    case 'labels':
      return `The label ${name}`;
    case 'healthcheck':
      return 'A word of the health check';
    case 'configs':
    case 'secrets':
      return `The content of ${rest[0]}`;
    default:
      return `A word of the ${section}`;
  }
}
