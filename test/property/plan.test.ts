import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePlans } from '../../src/plan/diff.ts';
import { planFromJson, planToJson } from '../../src/plan/document.ts';
import type { PlanInput } from '../../src/plan/input.ts';
import { planRebuild } from '../../src/plan/plan.ts';
import { planJsonSchema } from '../../src/plan/schema.ts';
import { planToText } from '../../src/plan/text.ts';
import type { Plan, PlannedService } from '../../src/plan/types.ts';
import { RISK_LEVEL } from '../../src/plan/waves.ts';
import { randomInput } from '../support/random-fleet.ts';

const validate = new Ajv2020({ strict: false }).compile(planJsonSchema());

/** Checks what holds for the plan of every fleet; a fleet in which nothing is selected has none. */
function forEveryPlan(check: (plan: Plan, input: PlanInput) => void): void {
  fc.assert(
    fc.property(randomInput(), (input) => {
      const result = planRebuild(input);
      if (result.ok) check(result.value, input);
      else expect(result.error.map((d) => d.code)).toEqual(['empty-selection']);
    }),
    { numRuns: 300 },
  );
}

const byKey = (plan: Plan) => new Map(plan.services.map((s, i) => [s.service, { ...s, place: i }]));
const allNeeds = (s: PlannedService) => s.steps.flatMap((step) => [...step.needs, ...(step.after ?? [])]);

describe('every plan', () => {
  it('holds each service of the fleet exactly once, planned or untouched', () => {
    forEveryPlan((plan, { fleet }) => {
      const held = [...plan.services, ...plan.untouched].map((s) => s.service);
      expect(held.toSorted()).toEqual(fleet.services.map((s) => s.key).toSorted());
    });
  });

  it('needs nothing outside itself, and nothing that comes later: an executor with one slot gets through', () => {
    forEveryPlan((plan) => {
      const done = new Set<string>();
      const open = new Map<string, number>();
      for (const s of plan.services) open.set(`risk:${s.effectiveRisk}`, (open.get(`risk:${s.effectiveRisk}`) ?? 0) + 1);
      for (const service of plan.services) {
        for (const step of service.steps) {
          for (const need of [...step.needs, ...(step.after ?? [])]) {
            if (need.startsWith('risk:')) expect([need, open.get(need)]).toEqual([need, 0]);
            else expect([...done]).toContain(need);
          }
          expect(done.has(step.id)).toBe(false);
          done.add(step.id);
        }
        const risk = `risk:${service.effectiveRisk}`;
        open.set(risk, open.get(risk)! - 1);
      }
    });
  });

  it('puts every dependency in an earlier wave and never in a higher risk', () => {
    forEveryPlan((plan, { fleet }) => {
      const planned = byKey(plan);
      for (const { key, dependsOn } of fleet.services) {
        const service = planned.get(key);
        for (const edge of dependsOn.filter((e) => e.source !== 'build')) {
          const dependency = planned.get(edge.to);
          if (!service || !dependency) continue;
          expect(dependency.wave).toBeLessThan(service.wave);
          expect(RISK_LEVEL[dependency.effectiveRisk]).toBeLessThanOrEqual(RISK_LEVEL[service.effectiveRisk]);
        }
      }
    });
  });

  it('has waves of one risk each, in the order of risk', () => {
    forEveryPlan((plan) => {
      const waves = plan.services.map((s) => [s.wave, RISK_LEVEL[s.effectiveRisk]] as const).toSorted(([a], [b]) => a - b);
      const levels = waves.map(([, level]) => level);
      expect(levels).toEqual(levels.toSorted((a, b) => a - b));
      expect(new Set(waves.map(String)).size).toBe(new Set(waves.map(([wave]) => wave)).size);
    });
  });

  it('gives each planned service something to do, in the fixed order of kinds, and an image to do it with', () => {
    const kinds = ['backup', 'build', 'test', 'replace', 'verify'];
    forEveryPlan((plan) => {
      for (const { steps } of plan.services) {
        expect(steps.some((s) => s.kind !== 'backup')).toBe(true);
        const places = steps.map((s) => kinds.indexOf(s.kind));
        expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
        const first = steps.find((s) => s.kind !== 'backup')!;
        expect(first.kind === 'build' || first.image !== undefined).toBe(true);
      }
    });
  });

  it('touches what was not selected only for what it does to others', () => {
    forEveryPlan((plan, { fleet, options }) => {
      const categories = new Map(fleet.services.map((s) => [s.key, s.category]));
      for (const { service, cause } of plan.services) {
        const selected = options.services.length > 0 ? options.services.includes(service) : categories.get(service) !== null;
        if (!selected) expect(['dependency-down', 'dependent-of']).toContain(cause.code);
      }
    });
  });

  it('never runs a finished job again on the same image unless it was named', () => {
    forEveryPlan((plan, { fleet, observed, options }) => {
      const jobs = new Set(
        fleet.services.filter((s) => s.kind === 'one-shot' && !options.services.includes(s.key)).map((s) => s.key),
      );
      for (const { service, steps } of plan.services.filter((s) => jobs.has(s.service))) {
        const [container] = observed.services[service]!.containers;
        if (container?.state !== 'exited' || container.exitCode !== 0) continue;
        const replace = steps.find((s) => s.kind === 'replace');
        if (replace && steps.some((s) => s.kind === 'build')) expect(replace.guard).toBe('image-differs');
        else if (replace) expect(observed.services[service]!.tagImage).not.toBe(container.image);
      }
    });
  });

  it('is the same for the same input, survives its JSON, fits its schema, and is not out of date against itself', () => {
    forEveryPlan((plan, input) => {
      const again = planRebuild(input);
      expect(again.ok && again.value).toEqual(plan);
      const read = planFromJson(planToJson(plan));
      expect(read.ok && read.value).toEqual(plan);
      expect(validate(plan)).toBe(true);
      expect(comparePlans(plan, plan)).toEqual([]);
    });
  });

  it('is written within its columns, every service named', () => {
    forEveryPlan((plan) => {
      const text = planToText(plan, { columns: 80, nowMs: 0 });
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
      for (const { service } of plan.services) expect(text).toContain(service);
    });
  });

  it('waits for nothing that it does not hold', () => {
    forEveryPlan((plan) => {
      const planned = byKey(plan);
      const steps = new Set(plan.services.flatMap((s) => s.steps.map((step) => step.id)));
      for (const service of plan.services) {
        for (const key of service.requires) expect(planned.get(key)!.place).toBeLessThan(planned.get(service.service)!.place);
        for (const need of allNeeds(service)) expect(need.startsWith('risk:') || steps.has(need)).toBe(true);
        for (const step of service.steps) {
          for (const key of [...(step.follows ?? []), ...(step.sameBuildAs ? [step.sameBuildAs] : [])])
            expect(planned.has(key)).toBe(true);
        }
      }
    });
  });
});

describe('what is left after a part of the plan', () => {
  it('holds neither completed services nor steps with a recorded success', () => {
    fc.assert(
      fc.property(randomInput(), fc.nat(), (input, seed) => {
        const whole = planRebuild(input);
        if (!whole.ok) return;
        const done = whole.value.services.slice(0, seed % (whole.value.services.length + 1)).map((s) => s.service);
        const builders = whole.value.services.filter((s) => s.steps.some((step) => step.kind === 'build')).map((s) => s.service);
        const resume = {
          settled: new Set(done),
          built: new Map(builders.map((key) => [key, { image: `sha256:${key}`, inputs: input.fingerprints.get(key)!.inputs }])),
          tested: new Map(),
          backedUp: new Set(builders),
          replaced: new Map(),
        };
        const records = new Map([...input.records].filter(([, record]) => record.status !== 'failed'));
        const rest = planRebuild({ ...input, records, resume });
        if (!rest.ok) throw new Error(rest.error.map((d) => d.message).join('\n'));
        for (const service of rest.value.services) {
          if (done.includes(service.service)) expect(['dependency-down', 'dependent-of']).toContain(service.cause.code);
          const mate = service.steps.some((step) => step.cause.text.startsWith('it runs the same tag'));
          if (builders.includes(service.service) && !mate) expect(service.steps.map((s) => s.kind)).not.toContain('build');
        }
      }),
      { numRuns: 200 },
    );
  });
});
