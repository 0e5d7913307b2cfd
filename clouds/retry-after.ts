/**
 * How long a cloud asks to wait. `Retry-After` is a number of seconds or an HTTP date (RFC 9110, section 10.2.3); Azure's
 * services also send milliseconds under two names of their own (@azure/core-rest-pipeline 1.x, `throttlingRetryStrategy`,
 * read 2026-11-28).
 *
 * @param header the value of a response header, by its name in lower case; nothing where there is none
 * @param now milliseconds since 1970: what a date is measured from
 * @returns milliseconds; `undefined` where the cloud asks for nothing
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
