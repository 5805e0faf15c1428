import type { Fingerprint } from '../fleet/types.ts';
import type { Failure } from '../model/failure.ts';
import type { ContainerId, ImageId, Instant, RunId, ServiceKey, StepId } from '../model/ids.ts';
import type { ExitCode, RunOutcome, ServiceStatus } from '../model/status.ts';
import type { Verdict, VerdictEvidence } from '../model/verdict.ts';
import type { PlanOptions, ReplaceAction, StepKind, Tested } from '../plan/types.ts';

/** What kind of run it is; all are planned, journalled, resumed and verified alike. */
export type RunCommand = 'rebuild' | 'rollback' | 'restore';

/** What another process can have a live run do: hold every new step, go on, or come to an end as after Ctrl-C. */
export type ControlAction = 'pause' | 'resume' | 'cancel';

/** What is about to be done, with all that a recovery needs to find out how far it came. */
export type Intent =
  | { readonly kind: 'backup'; readonly image: ImageId; readonly tag: string }
  | { readonly kind: 'build'; readonly candidate: string; readonly fingerprint: Fingerprint }
  | { readonly kind: 'test'; readonly image: ImageId; readonly command: readonly string[] }
  | {
      readonly kind: 'replace';
      readonly action: ReplaceAction;
      readonly order: 'stop-first' | 'start-first';
      /** The image to put in place and the tag that will be moved to it. */
      readonly image: ImageId;
      readonly tag: string;
      readonly before: Before;
    }
  | { readonly kind: 'verify'; readonly containers: readonly ContainerId[] }
  | {
      readonly kind: 'rollback';
      readonly image: ImageId;
      readonly tag: string;
      readonly before: Before;
      readonly why: string;
      /** Whose configuration goes with it; left out: what the service last ran well with, if that is recorded. */
      readonly release?: RunId;
    };

/** What was there before a replace or rollback. */
export interface Before {
  readonly containers: readonly ContainerId[];
  readonly image: ImageId | null;
  readonly tagImage: ImageId | null;
  /** Anonymous volumes by container path, so that none is lost unnamed (traps T4). */
  readonly anonymousVolumes: Readonly<Record<string, string>>;
}

/** What a successful step established. */
export type StepFacts =
  | { readonly kind: 'backup'; readonly tag: string; readonly image: ImageId }
  | {
      readonly kind: 'build';
      readonly image: ImageId;
      readonly candidate: string;
      readonly totalSteps: number;
      readonly cachedSteps: number;
      readonly sizeBytes: number | null;
      readonly fingerprint: Fingerprint;
    }
  | { readonly kind: 'test'; readonly result: 'passed' | 'no-tests'; readonly tests: number | null; readonly why: string }
  | {
      readonly kind: 'replace';
      readonly containers: readonly ContainerId[];
      readonly image: ImageId;
      readonly stoppedAt: Instant | null;
      /** What was there before, so that a resumed run can still go back. */
      readonly before: Before;
      /** Anonymous volumes of the new containers by container path, so that they can be named when the containers are lost (traps T4). */
      readonly anonymousVolumes?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'verify'; readonly verdict: Verdict; readonly downtimeMs: number | null }
  | { readonly kind: 'rollback'; readonly containers: readonly ContainerId[]; readonly image: ImageId };

/** How a step ended. `not-needed`: its guard was not met, or another's build is this one's too: then with what that established. */
export type StepOutcome =
  | { readonly status: 'done'; readonly facts: StepFacts }
  | { readonly status: 'not-needed'; readonly why: string; readonly facts?: StepFacts }
  | { readonly status: 'failed'; readonly failure: Failure; readonly evidence?: VerdictEvidence }
  | { readonly status: 'interrupted' };

/** Live progress; written to the journal unsynced and never needed for recovery. */
export type Progress =
  | { readonly kind: 'build'; readonly step: number; readonly of: number; readonly cached: number; readonly name: string }
  | { readonly kind: 'test'; readonly line: string }
  | { readonly kind: 'waiting'; readonly for: string };

/** What an event says, without its envelope. One closed union. */
export type EventBody =
  | {
      readonly type: 'run-started';
      readonly phase: string;
      readonly plan: string;
      readonly command: RunCommand;
      readonly options: PlanOptions;
      readonly services: readonly { readonly service: ServiceKey; readonly category: string; readonly wave: number }[];
      readonly slipway: string;
      readonly engine: { readonly docker: string; readonly compose: string; readonly buildx: string };
    }
  | {
      readonly type: 'run-resumed';
      readonly options: PlanOptions;
      readonly plan: string;
      readonly services: readonly ServiceKey[];
    }
  | {
      readonly type: 'run-finished';
      readonly outcome: Exclude<RunOutcome, 'running'>;
      readonly exitCode: ExitCode;
      readonly why: string;
    }
  | {
      readonly type: 'step-intent';
      readonly service: ServiceKey;
      readonly step: StepId;
      readonly attempt: number;
      readonly intent: Intent;
    }
  | {
      readonly type: 'step-outcome';
      readonly service: ServiceKey;
      readonly step: StepId;
      readonly kind: StepKind;
      readonly attempt: number;
      readonly durationMs: number;
      readonly outcome: StepOutcome;
    }
  | { readonly type: 'step-progress'; readonly service: ServiceKey; readonly step: StepId; readonly progress: Progress }
  | {
      readonly type: 'retry-scheduled';
      readonly service: ServiceKey;
      readonly step: StepId;
      readonly attempt: number;
      readonly delayMs: number;
      readonly why: string;
    }
  | {
      readonly type: 'health-sample';
      readonly service: ServiceKey;
      readonly container: ContainerId;
      readonly good: boolean;
      readonly text: string;
    }
  /** The first healthy verdict: dependents may start; the outcome follows after the soak. */
  | {
      readonly type: 'service-healthy';
      readonly service: ServiceKey;
      readonly containers: readonly ContainerId[];
      readonly downtimeMs: number | null;
    }
  /** A service's final status in this run; the state file and every later plan are made from these. */
  | {
      readonly type: 'service-settled';
      readonly service: ServiceKey;
      readonly status: ServiceStatus;
      readonly failure: Failure | null;
      /** The image in place now; null = none or unknown. */
      readonly image: ImageId | null;
      readonly tested: Tested;
      readonly fingerprint: Fingerprint | null;
      readonly downtimeMs: number | null;
    }
  /** What a start found left over from a crash and did about it. */
  | { readonly type: 'leftover-repaired'; readonly service: ServiceKey | null; readonly what: string; readonly action: string }
  | {
      readonly type: 'hook-finished';
      readonly hook: string;
      readonly service: ServiceKey | null;
      readonly exitCode: number | null;
    }
  | { readonly type: 'signal-received'; readonly signal: string; readonly meaning: 'drain' | 'interrupt' | 'kill' }
  /** Another process asked for it; `now`: builds and tests end too, as after a second Ctrl-C. */
  | { readonly type: 'control-received'; readonly action: ControlAction; readonly by: string; readonly now?: true }
  | {
      readonly type: 'notice';
      readonly severity: 'info' | 'warning';
      readonly code: string;
      readonly service: ServiceKey | null;
      readonly message: string;
    };

/** One journal line: the envelope and the body. `seq` counts from 1 without gaps. */
export type Event = { readonly v: 1; readonly seq: number; readonly at: Instant; readonly run: RunId } & EventBody;
