import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServiceKey } from '../../src/model/ids.ts';
import { planFromJson, planToJson } from '../../src/plan/document.ts';
import { planRollback } from '../../src/plan/rollback.ts';
import { chooseTargets } from '../../src/plan/rollback-targets.ts';
import type { FoundTarget, PastRelease, PastService, Present, RollbackInput } from '../../src/plan/rollback-types.ts';
import { planJsonSchema } from '../../src/plan/schema.ts';
import { planToText } from '../../src/plan/text.ts';
import type { Plan } from '../../src/plan/types.ts';
import { imageId } from '../support/fleet-builder.ts';
import { randomInput } from '../support/random-fleet.ts';

const validate = new Ajv2020({ strict: false }).compile(planJsonSchema());
const IDS = ['20260203_000000', '20260202_000000', '20260201_000000'];

/** A random fleet in a random state with three releases, of which some services are missing or did not run well. */
function rollbackInput(): fc.Arbitrary<RollbackInput> {
  return randomInput().chain(({ resume: _resume, ...input }) =>
    fc
      .record({
        entries: fc.array(fc.constantFrom('same', 'other image', 'other config', 'unwell', 'absent', 'no container'), {
          minLength: 72,
          maxLength: 72,
        }),
        named: fc.subarray(input.fleet.services.map((s) => s.key)),
        to: fc.constantFrom(null, ...IDS),
      })
      .map(({ entries, named, to }) => {
        const kinds = [...entries];
        const releases = IDS.map((release): PastRelease => {
          const services: Record<ServiceKey, PastService> = {};
          for (const { key, project, name, image: tag } of input.fleet.services) {
            const kind = kinds.shift()!;
            if (kind === 'absent') continue;
            services[key] = {
              project,
              name,
              tag,
              image: kind === 'no container' ? null : imageId(kind === 'other image' ? `${key}-old` : key),
              config: kind === 'other config' ? 'config-0' : 'config-1',
              healthy: kind !== 'unwell',
            };
          }
          return { release, at: release, services };
        });
        const present = new Map(
          input.fleet.services.map((s): [ServiceKey, Present] => [s.key, { release: IDS[0]!, config: 'config-1' }]),
        );
        const options = { ...input.options, services: named, rollback: { to, all: named.length === 0, targets: {} } };
        return { ...input, options, releases, present, progress: null };
      }),
  );
}

function planned(input: RollbackInput): ReturnType<typeof planRollback> {
  const choice = chooseTargets(input);
  if (!choice.ok) return choice;
  const found = [...choice.value.targets].map(([key, target]): [ServiceKey, FoundTarget] => [
    key,
    { ...target, as: input.fleet.services.find((s) => s.key === key)!, imageIs: 'there', changedFiles: [] },
  ]);
  return planRollback(input, choice.value, new Map(found));
}

/** Checks what holds for every rollback; one that names a service which cannot go back is refused. */
function forEveryRollback(check: (plan: Plan, input: RollbackInput) => void): void {
  fc.assert(
    fc.property(rollbackInput(), (input) => {
      const plan = planned(input);
      if (plan.ok) check(plan.value, input);
      else for (const { code } of plan.error) expect(code).toBe('cannot-go-back');
    }),
    { numRuns: 300 },
  );
}

const waitsOf = (plan: Plan) => plan.services.map((s) => s.steps.flatMap((step) => [...step.needs, ...(step.after ?? [])]));

describe('every plan of a rollback', () => {
  it('holds each service of the fleet exactly once, planned or untouched', () => {
    forEveryRollback((plan, { fleet }) => {
      const held = [...plan.services, ...plan.untouched].map((s) => s.service);
      expect(held.toSorted()).toEqual(fleet.services.map((s) => s.key).toSorted());
    });
  });

  it('waits for nothing outside itself and nothing that comes later', () => {
    forEveryRollback((plan) => {
      const done = new Set<string>();
      plan.services.forEach((service, i) => {
        const own = new Set(service.steps.map((step) => step.id));
        for (const need of waitsOf(plan)[i]!) if (!own.has(need)) expect([...done]).toContain(need);
        for (const id of own) done.add(id);
      });
    });
  });

  it('builds and tests nothing, and goes back only to what a release has', () => {
    forEveryRollback((plan, { releases }) => {
      for (const { service, steps } of plan.services) {
        for (const step of steps) {
          expect(['backup', 'rollback', 'replace', 'verify']).toContain(step.kind);
          if (step.kind !== 'rollback') continue;
          const past = releases.find((r) => r.release === step.release)?.services[service];
          expect(step.image).toBe(past?.image);
          expect(plan.options.rollback!.targets[service]).toBe(step.release);
        }
      }
    });
  });

  it('never goes back with a job that was not named, nor to a release in which a service was unwell unless it was named', () => {
    forEveryRollback((plan, { fleet, options, releases }) => {
      for (const { service, steps } of plan.services) {
        const step = steps.find((s) => s.kind === 'rollback');
        if (!step || options.services.includes(service)) continue;
        expect(fleet.services.find((s) => s.key === service)!.kind).toBe('service');
        expect(releases.find((r) => r.release === step.release)!.services[service]!.healthy).toBe(true);
      }
    });
  });

  it('has a dependent go back before what it needs, unless it shares with it, restarts with it, or that is down', () => {
    forEveryRollback((plan, { fleet, observed }) => {
      const place = new Map(plan.services.map((s, i) => [s.service, i]));
      const special = fleet.services.some((s) =>
        s.dependsOn.some((e) => e.restart || ['namespace', 'volumes_from'].includes(e.source)),
      );
      const down = Object.values(observed.services).some(
        (s) => s.containers.length === 0 || s.containers[0]!.state !== 'running',
      );
      if (special || down) return;
      for (const { key, dependsOn } of fleet.services) {
        for (const { to, source } of dependsOn) {
          if (source === 'build' || !place.has(key) || !place.has(to)) continue;
          expect(place.get(key)).toBeLessThan(place.get(to)!);
        }
      }
    });
  });

  it('puts what shares something after what it shares', () => {
    forEveryRollback((plan, { fleet }) => {
      const place = new Map(plan.services.map((s, i) => [s.service, i]));
      for (const { key, dependsOn } of fleet.services) {
        for (const { to, source } of dependsOn) {
          if (!['namespace', 'volumes_from'].includes(source) || !place.has(key) || !place.has(to)) continue;
          expect(place.get(to)).toBeLessThan(place.get(key)!);
        }
      }
    });
  });

  it('is the same for the same input, survives its JSON, fits its schema and its columns', () => {
    forEveryRollback((plan, input) => {
      const again = planned(input);
      expect(again.ok && again.value).toEqual(plan);
      const read = planFromJson(planToJson(plan));
      expect(read.ok && read.value).toEqual(plan);
      expect(validate(plan)).toBe(true);
      for (const line of planToText(plan, { columns: 80, nowMs: 0 }).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    });
  });
});
