/** Factor on every delay of a cloud (0 = none), or `recorded`: the times of real clouds, where known. */
export type Pace = number | "recorded";

/**
 * A duration at a pace, in seconds.
 * @param atOne seconds at pace 1
 * @param recorded seconds in the real cloud; if missing, that of pace 1
 */
export function secondsAt<Name extends string>(
  pace: Pace,
  name: Name,
  atOne: Readonly<Record<Name, number>>,
  recorded: Readonly<Partial<Record<Name, number>>>,
): number {
  return pace === "recorded" ? (recorded[name] ?? atOne[name]) : atOne[name] * pace;
}

/** Parses `--pace`; `real` is a synonym of `recorded`. Undefined = neither that nor a number from 0 to 1000. */
export function parsePace(text: string): Pace | undefined {
  if (text === "recorded" || text === "real") return "recorded";
  const pace = text.trim() === "" ? NaN : Number(text);
  return pace >= 0 && pace <= 1000 ? pace : undefined;
}
