/**
 * Wait time requested by a cloud. `Retry-After` is a number of seconds or an HTTP date (RFC 9110, section 10.2.3);
 * Azure's services also send milliseconds in two headers of their own (@azure/core-rest-pipeline 1.x,
 * `throttlingRetryStrategy`, read 2026-11-28).
 *
 * @param header value of a response header by its lower-case name, if any
 * @param now milliseconds since 1970: the base of a date
 * @returns milliseconds; `undefined` if none is requested
 */
export function retryAfter(
  header: (name: string) => string | null | undefined,
  now = Date.now(),
): number | undefined {
  for (const name of ["retry-after-ms", "x-ms-retry-after-ms"]) {
    const milliseconds = positive(header(name));
    if (milliseconds !== undefined) return milliseconds;
  }
  const given = header("retry-after");
  const seconds = positive(given);
  if (seconds !== undefined) return seconds * 1000;
  const until = given && /[a-z]/i.test(given) ? Date.parse(given) : NaN;
  return until > now ? until - now : undefined;
}

function positive(text: string | null | undefined): number | undefined {
  const number = text && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : 0;
  return number > 0 ? number : undefined;
}
