/** Items in one answer, the most that EC2 gives (EC2 API reference, MaxResults, read 2026-11). */
export const PAGE = 1000;

/**
 * Everything that a call gives over all of its pages.
 *
 * @param ask one page, through the retry layer: a page that failed does not begin the list again
 */
export async function allPages<T>(
  ask: (token: string | undefined) => Promise<{ items: readonly T[]; next: string | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const { items, next } = await ask(token);
    for (const item of items) all.push(item);
    token = next || undefined;
  } while (token !== undefined);
  return all;
}

/** For the name of a call, for people. */
export function someNames(ids: readonly string[]): string {
  return ids.length > 2 ? `${ids[0]} and ${ids.length - 1} more` : ids.join(", ");
}
