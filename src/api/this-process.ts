/** The defaults of the API that only the process knows: read, and never changed. */
export const thisProcess = {
  cwd: () => process.cwd(),
  env: (): Readonly<Record<string, string | undefined>> => process.env,
  pid: () => process.pid,
};
