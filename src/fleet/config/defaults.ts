import type { Stack } from '../types.ts';

/**
 * The test of a service that names none. `python3 -m pytest` and not `pytest`: it also finds the service's own modules in the working
 * directory and a pytest that is installed without its script. No `--silent` for npm: it would hide that there is no test script.
 */
export function defaultTestCommand(stack: Stack): readonly string[] | null {
  switch (stack) {
    case 'python':
      return ['python3', '-m', 'pytest', '-q'];
    case 'nodejs':
      return ['npm', 'test'];
    default:
      return null;
  }
}
