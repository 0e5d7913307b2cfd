/**
 * Runs `work` on each item, at most so many at a time, begun in their order. The first error is thrown at once and nothing more is
 * begun; work under way then goes on unattended, so it has to be harmless: reading, and caching what was read.
 */
export async function eachOf<T>(
  items: Iterable<T>,
  atATime: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (let next = left.next(); !failed && !next.done; next = left.next()) await work(next.value);
  };
  const guarded = () =>
    worker().catch((error: unknown) => {
      failed = true;
      throw error;
    });
  await Promise.all(Array.from({ length: atATime }, guarded));
}
