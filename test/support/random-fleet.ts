import fc from 'fast-check';
import type { EdgeCondition, EdgeSource, Fleet, Risk } from '../../src/fleet/types.ts';
import type { PlanInput } from '../../src/plan/input.ts';
import { NO_OPTIONS } from '../../src/plan/options.ts';
import type { ObservedService, PlanOptions, ServiceRecord } from '../../src/plan/types.ts';
import {
  containerOf,
  fingerprintsOf,
  fleetOf,
  imageId,
  observedRunning,
  recordsOf,
  type ServiceSketch,
} from './fleet-builder.ts';

const SIZE = 24;

/** Fleets without cycles, as services only depend on ones before them in a hidden order, shuffled afterwards. */
function randomFleet(): fc.Arbitrary<Fleet> {
  return fc.array(node(), { minLength: 1, maxLength: SIZE }).chain((nodes) => {
    const sketches = nodes.map((n, i): [string, ServiceSketch] => [`s${i}`, sketchOf(n, i)]);
    return fc.shuffledSubarray(sketches, { minLength: sketches.length }).map((shuffled) => fleetOf(Object.fromEntries(shuffled)));
  });
}

/** A random fleet in a random state: what runs, what is recorded, what changed, what is asked for. */
export function randomInput(): fc.Arbitrary<PlanInput> {
  return randomFleet().chain((fleet) =>
    fc
      .record({
        states: fc.array(state(), { minLength: SIZE, maxLength: SIZE }),
        options: randomOptions(),
        named: fc.subarray(fleet.services.map((s) => s.key)),
      })
      .map(({ states, options, named }) => {
        const of = new Map(fleet.services.map((s, i) => [s.key, states[i]!]));
        const each = <T>(make: (key: string, s: State) => T) =>
          Object.fromEntries([...of].map(([key, s]) => [key, make(key, s)]));
        return {
          fleet,
          options: { ...options, services: options.force ? named : [] },
          observed: observedRunning(fleet, each(observedAs)),
          fingerprints: fingerprintsOf(
            fleet,
            each((_, s) => ({ inputs: s.inputs, unknown: s.inputs === null ? 'remote' : null, config: s.config })),
          ),
          records: recordsOf(fleet, each(recordedAs)),
          diagnostics: [],
        };
      }),
  );
}

type Node = typeof node extends () => fc.Arbitrary<infer T> ? T : never;
type State = typeof state extends () => fc.Arbitrary<infer T> ? T : never;

function node() {
  return fc.record({
    risk: fc.constantFrom<Risk>('low', 'medium', 'high'),
    category: fc.constantFrom('apps', 'apps', 'core', null),
    kind: fc.constantFrom('service' as const, 'service' as const, 'one-shot' as const),
    tag: fc.option(fc.nat(2), { nil: null, freq: 4 }),
    context: fc.option(fc.nat(2), { nil: null, freq: 3 }),
    built: fc.boolean(),
    tested: fc.boolean(),
    edges: fc.array(
      fc.record({
        to: fc.nat(),
        condition: fc.constantFrom<EdgeCondition>('started', 'healthy', 'completed'),
        required: fc.boolean(),
        restart: fc.boolean(),
        source: fc.constantFrom<EdgeSource>(
          'depends_on',
          'depends_on',
          'depends_on',
          'namespace',
          'volumes_from',
          'build',
          'fleet',
        ),
      }),
      { maxLength: 3 },
    ),
  });
}

function sketchOf(n: Node, i: number): ServiceSketch {
  const context = n.context === null ? `/fleet/s${i}` : `/fleet/shared${n.context}`;
  return {
    risk: n.risk,
    category: n.category,
    kind: n.kind,
    ...(n.tag !== null && { image: `shared:${n.tag}` }),
    build: n.built ? { context } : null,
    command: n.tested ? ['pytest'] : null,
    edges: i === 0 ? [] : n.edges.map((edge) => ({ ...edge, to: `s${edge.to % i}` })),
  };
}

function state() {
  return fc.record({
    engine: fc.constantFrom('up', 'up', 'exited', 'gone', 'no image', 'other image'),
    record: fc.constantFrom('completed', 'completed', 'none', 'failed', 'rolled-back', 'skipped', 'untested'),
    inputs: fc.constantFrom('inputs-1', 'inputs-1', 'inputs-2', null),
    config: fc.constantFrom('config-1', 'config-1', 'config-2'),
  });
}

function observedAs(key: string, { engine }: State): Partial<ObservedService> {
  switch (engine) {
    case 'exited':
      return { containers: [containerOf(key, { state: 'exited', exitCode: 1 })] };
    case 'gone':
      return { containers: [] };
    case 'no image':
      return { containers: [], tagImage: null };
    case 'other image':
      return { containers: [containerOf(key, { image: imageId('other') })] };
    default:
      return {};
  }
}

function recordedAs(_key: string, { record }: State): Partial<ServiceRecord> | null {
  switch (record) {
    case 'none':
      return null;
    case 'failed':
      return { status: 'failed', code: 'test-failed' };
    case 'rolled-back':
      return { status: 'rolled-back', code: 'bad-verdict' };
    case 'skipped':
      return { status: 'skipped' };
    case 'untested':
      return { tested: 'untested' };
    default:
      return {};
  }
}

function randomOptions(): fc.Arbitrary<PlanOptions> {
  const flags = { force: fc.boolean(), noCache: fc.boolean(), pull: fc.boolean(), skipTests: fc.boolean() };
  return fc.record(flags).map((chosen) => ({ ...NO_OPTIONS, ...chosen }));
}
