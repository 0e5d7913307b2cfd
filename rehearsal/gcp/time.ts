/**
 * Compute Engine writes its times with Pacific offset and milliseconds (`2021-07-28T05:03:28.368-07:00`), so a string
 * comparison with UTC times is wrong; Cloud Storage writes UTC.
 */
const PACIFIC_HOURS = -8;

/** A time in Compute Engine's format. */
export function computeTime(milliseconds = Date.now()): string {
  return new Date(milliseconds + PACIFIC_HOURS * 3_600_000).toISOString().replace("Z", "-08:00");
}

/** A time in Cloud Storage's format. */
export function storageTime(milliseconds = Date.now()): string {
  return new Date(milliseconds).toISOString();
}

const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;

/** True for an RFC 3339 time on an existing day. */
export function isRfc3339(text: string): boolean {
  const parts = RFC_3339.exec(text);
  if (!parts) return false;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const there = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  return (
    there.getUTCMonth() === month - 1 &&
    there.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second <= 60
  );
}
