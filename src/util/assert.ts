/** Marks a `switch` as complete: the compiler rejects a forgotten case, and a value from outside the union is a bug. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
