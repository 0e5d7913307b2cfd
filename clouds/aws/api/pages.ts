/** Items per page, the maximum of EC2 (EC2 API reference, MaxResults, read 2026-11). */
export const PAGE = 1000;

/**
 * All items of a paginated call.
 *
 * @param ask fetches one page, through the retry layer: a failed page does not restart the list
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

/** Ids in short form, for the name of a call in messages. */
export function someNames(ids: readonly string[]): string {
  return ids.length > 2 ? `${ids[0]} and ${ids.length - 1} more` : ids.join(", ");
}
