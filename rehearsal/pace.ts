/** Factor on every delay of a cloud (0 = none), or `recorded`: the times that real clouds took, where one is known. */
export type Pace = number | "recorded";

/**
 * Seconds that something takes at a pace.
 * @param atOne seconds at pace 1
 * @param recorded seconds that the real cloud took; what is missing there takes its time at pace 1
 */
export function secondsAt<Name extends string>(
  pace: Pace,
  name: Name,
  atOne: Readonly<Record<Name, number>>,
  recorded: Readonly<Partial<Record<Name, number>>>,
): number {
  return pace === "recorded" ? (recorded[name] ?? atOne[name]) : atOne[name] * pace;
}

/** Reads what `--pace` was given; `real` is another word for `recorded`. Undefined = neither that nor a number from 0 to 1000. */
export function parsePace(text: string): Pace | undefined {
  if (text === "recorded" || text === "real") return "recorded";
  const pace = text.trim() === "" ? NaN : Number(text);
  return pace >= 0 && pace <= 1000 ? pace : undefined;
}
