import { CLOUD_LABELS, CLOUDS } from "../facts/clouds";
import { CLOUD_CONFIGS } from "../config/clouds";

/**
 * Settings of Pulumi's own providers in the stack config. The program creates these providers itself, so nothing
 * reads the settings: their author believes to publish with an identity, or to a place, that is not used. Values may
 * be secret and are not printed; a secret passed to a provider would also be in the state.
 *
 * @param all `pulumi.runtime.allConfig()`
 * @param file the stack file, as the user knows it
 */
export function unreadSettings(all: Readonly<Record<string, string>>, file: string): string[] {
  return CLOUDS.flatMap((cloud) => {
    const { package: prefix, elsewhere, otherwise, same } = CLOUD_CONFIGS[cloud].nativeProvider;
    return Object.keys(all).flatMap((key) => {
      if (!key.startsWith(`${prefix}:`)) return [];
      const setting = key.slice(prefix.length + 1);
      // A setting that repeats the project's own is harmless.
      if (isSaid(all, key, `imprimatur:${cloud}`, same[setting])) return [];
      const instead = elsewhere[setting];
      const cure = instead === undefined ? otherwise : `use ${instead}`;
      return [
        `${file}: ${key}: neither Pulumi's ${CLOUD_LABELS[cloud]} provider nor this project's reads it here; ${cure}, and take it out.`,
      ];
    });
  });
}

/** True if the project's own settings have the same value. Their schema reports problems in those. */
function isSaid(
  all: Readonly<Record<string, string>>,
  key: string,
  section: string,
  member: string | undefined,
): boolean {
  if (member === undefined) return false;
  try {
    return (JSON.parse(all[section] ?? "{}") as Record<string, unknown>)[member] === all[key];
  } catch {
    return false;
  }
}
