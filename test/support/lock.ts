import type { Holder } from '../../src/journal/holder.ts';
import type { HostIdentity } from '../../src/util/host-identity.ts';

/** A machine on which exactly the given processes run: pid to start. */
export function fakeHost(over: Partial<HostIdentity> & { readonly running?: Readonly<Record<number, string>> }): HostIdentity {
  const { running = {}, ...rest } = over;
  return {
    pid: 1,
    host: 'build-1',
    machineId: 'machine-1',
    bootId: 'boot-1',
    pidNamespace: 'pid:[1]',
    startOf: async (pid) => running[pid] ?? null,
    ...rest,
  };
}

/** The record of a process of `fakeHost({})` that started at tick 100. */
export function holderAt(pid: number, over: Partial<Holder> = {}): Holder {
  return {
    pid,
    start: '100',
    bootId: 'boot-1',
    pidNamespace: 'pid:[1]',
    machineId: 'machine-1',
    host: 'build-1',
    startedAt: '2026-02-04T14:00:00.000Z',
    command: 'slipway rebuild',
    root: '/srv/fleet',
    ...over,
  };
}
