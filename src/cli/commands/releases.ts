import { resolve } from 'node:path';
import { createDockerEngine } from '../../docker/engine.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import { compareReleases } from '../../release/compare.ts';
import { readStored } from '../../release/store.ts';
import type { Release } from '../../release/types.ts';
import { type Holdings, releaseDocument, renderComparison, renderRelease, renderReleases } from '../../report/releases-text.ts';
import { keeperKey, listedReleases, type ReleaseList } from '../../run/releases/listed-releases.ts';
import { nodeDisk } from '../../util/node-disk.ts';
import type { Call } from '../command.ts';
import { type HistoryPlace, locateHistory } from '../fleet-history.ts';
import { configHome } from '../invocation.ts';
import { complain, paintFor } from '../look.ts';
import { namedReleases } from '../named-releases.ts';
import type { RELEASES_FLAGS } from '../options/releases.ts';

type ReleasesCall = Call<typeof RELEASES_FLAGS>;

/** `slipway releases [RELEASE...]` */
export async function runReleases(call: ReleasesCall): Promise<ExitCode> {
  const { args, values, world } = call;
  const place = await locateHistory(values, world);
  if (!place.ok) return refuse(call, place.error);
  const { root, settings } = place.value;
  const wanted = { disk: nodeDisk, root, phase: settings.phase, keep: settings.rollback.keepReleases };
  const list = await listedReleases(wanted, createDockerEngine(world.env));
  complain(world, list.diagnostics, values);
  const named = namedReleases(list, args, { compare: values.compare });
  if (!named.ok) return refuse(call, [named.error]);
  const [first, second] = named.value;
  if (first && second) await compare(call, place.value, { first, second });
  else if (first) show(call, first, list);
  else showAll(call, list);
  return EXIT.done;
}

function showAll({ values, world }: ReleasesCall, list: ReleaseList): void {
  const holdings = holdingsOf(list);
  if (values.json || values.output === 'json') {
    const releases = list.releases.map((line) => releaseDocument(line, holdings));
    world.out.write(`${JSON.stringify({ version: 1, releases }, null, 2)}\n`);
  } else if (values.output !== 'quiet')
    world.out.write(renderReleases(list.releases, holdings, paintFor(world.out, world.env, values)));
}

function show({ values, world }: ReleasesCall, release: Release, list: ReleaseList): void {
  const holdings = holdingsOf(list);
  if (values.json || values.output === 'json') world.out.write(`${JSON.stringify(release, null, 2)}\n`);
  else if (values.output !== 'quiet') world.out.write(renderRelease(release, holdings, paintFor(world.out, world.env, values)));
}

async function compare(
  { values, world }: ReleasesCall,
  { root, settings }: HistoryPlace,
  { first, second }: { readonly first: Release; readonly second: Release },
): Promise<void> {
  const { keyFile } = settings.rollback;
  const key = { configHome: configHome(world.env), keyFile: keyFile === null ? null : resolve(root, keyFile) };
  const [one, other] = await Promise.all([first, second].map(({ release }) => readStored(nodeDisk, root, key, release)));
  const unread = [one!, other!].flatMap((read) => (read.ok ? [] : [{ ...read.error, severity: 'warning' as const }]));
  complain(world, unread, values);
  const open = (release: Release, read: typeof one) => ({ release, projects: read?.ok ? read.value : null });
  const services = compareReleases(open(first, one), open(second, other));
  if (values.json || values.output === 'json') {
    const document = { version: 1, first: first.release, second: second.release, services };
    world.out.write(`${JSON.stringify(document, null, 2)}\n`);
  } else if (values.output !== 'quiet')
    world.out.write(renderComparison({ first, second }, services, paintFor(world.out, world.env, values)));
}

function holdingsOf({ holdings }: ReleaseList): Holdings | null {
  return (
    holdings && {
      image: ({ image }) => image !== null && holdings.images.has(image),
      keeper: (service) => holdings.keepers.has(keeperKey(service)),
    }
  );
}

function refuse({ values, world }: ReleasesCall, problems: readonly Diagnostic[]): ExitCode {
  complain(world, problems, values);
  return EXIT.couldNotStart;
}
