const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves when the operator or the system asks this process to end; a second signal ends it at once, as without us. */
export function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    const onSignal = () => {
      for (const signal of ENDING) process.off(signal, onSignal);
      resolve();
    };
    for (const signal of ENDING) process.on(signal, onSignal);
  });
}
