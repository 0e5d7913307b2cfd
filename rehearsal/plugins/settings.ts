import type { CheckFailure, Properties } from "../../plugin/resource";

/** Sent by the engine for every provider, in addition to the program's settings. */
const ENGINE = ["version", "pluginDownloadURL", "__internal", "__defaults"];

/**
 * Refuses settings that would make a rehearsal silently differ from the real provider.
 *
 * @param followed supported settings
 * @param harmless settings without effect on a stand-in cloud
 */
export function refuseUnrehearsed(
  config: Properties,
  { followed, harmless }: { followed: readonly string[]; harmless: readonly string[] },
): CheckFailure[] {
  const known = [...followed, ...harmless, ...ENGINE];
  return Object.keys(config)
    .filter((key) => !known.includes(key))
    .map((property) => ({
      property,
      reason: `"${property}" is not rehearsed. Leave it out, or set it only where the real provider runs`,
    }));
}
