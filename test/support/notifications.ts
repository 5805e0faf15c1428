import type { Notification } from '../../src/telemetry/notify/notification.ts';

/** What is told of one failed service. */
export function failure(service: string, changes: Partial<Notification> = {}): Notification {
  const text = 'tests failed: exit code 1';
  return {
    version: 1,
    event: 'failure',
    text: `phase1: ${service} failed: ${text}`,
    fleet: 'homeiq',
    phase: 'phase1',
    run: '20260204_140000',
    command: 'rebuild',
    at: '2026-02-04T14:00:05.000Z',
    outcome: 'running',
    exitCode: null,
    durationMs: 5000,
    counts: { total: 3, completed: 0, failed: 1, skipped: 0, rolledBack: 0 },
    wave: null,
    services: [{ service, status: 'failed', code: 'test-failed', text }],
    ...changes,
  };
}
