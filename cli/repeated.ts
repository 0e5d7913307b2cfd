/** Collects an option that may be repeated. */
export function repeated(value: string, all: readonly string[] = []): string[] {
  return [...all, value];
}
