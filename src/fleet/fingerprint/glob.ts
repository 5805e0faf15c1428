/** Whether a path component holds a wildcard of Go's filepath.Match. */
export function hasWildcard(component: string): boolean {
  return /[*?[\\]/.test(component);
}

/** One component of a pattern as a test on names (pkg.go.dev/path/filepath#Match); null when it is malformed or `**`. */
export function matchName(component: string): ((name: string) => boolean) | null {
  if (component.includes('**')) return null;
  const source = component.replace(
    /\\(.)|(\*)|(\?)|(\[\^?(?:[^\]\\]|\\.)+\])|[.+^${}()|[\]\\]/g,
    (whole, escaped, star, one, set) => {
      if (escaped !== undefined) return literal(escaped);
      if (star) return '[^/]*';
      if (one) return '[^/]';
      return set ?? literal(whole);
    },
  );
  try {
    const pattern = new RegExp(`^${source}$`, 's');
    return (name) => pattern.test(name);
  } catch {
    return null;
  }
}

function literal(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\/-]/, '\\$&');
}
