/** Whether a build context is a folder of this machine: Compose renders those as absolute paths and leaves all others as URLs. */
export function isLocalPath(context: string): boolean {
  return context.startsWith('/') || /^[A-Za-z]:[\\/]/.test(context);
}
