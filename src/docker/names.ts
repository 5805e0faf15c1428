/** The name that Compose was about to give: temporary ones are `<12 hex of the old id>_<name>` (compose `pkg/compose/convergence.go`). */
export function properName(name: string): string {
  return name.replace(/^[0-9a-f]{12}_/, '');
}
