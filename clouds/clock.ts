import type { Cloud } from "../facts/clouds";

/** Milliseconds that a cloud's clock was ahead of this machine's, by its last answer. */
const ahead = new Map<Cloud, number>();

/** @param date the header `Date` of an answer, which tells whole seconds (RFC 9110, 6.6.1) */
export function noteDate(cloud: Cloud, date: string | null | undefined): void {
  const time = date ? Date.parse(date) : NaN;
  if (!Number.isNaN(time)) ahead.set(cloud, time - Date.now());
}

/** Milliseconds; `undefined`: it has not answered yet. */
export function clockDifference(cloud: Cloud): number | undefined {
  return ahead.get(cloud);
}
