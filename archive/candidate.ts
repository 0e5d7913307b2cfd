import { type Offer, type Preferences, priorityOf, type Version } from "./preferences";
import { compareDebianVersions } from "./version";

/** From this priority on apt also installs what is older (apt_preferences(5)). */
const DOWNGRADES = 1000;

/**
 * The version that apt would install in place of the installed one, as `pkgPolicy::GetCandidateVer` of apt 2.6 chooses
 * it: of the highest priority, then the newest; an older one only from priority 1000 on, one of a negative priority
 * never. So a package of a backports suite (priority 100, as installed) is compared with that suite, and with the
 * stable one once that is newer.
 *
 * @param offers the package in all suites
 * @returns `undefined`: the installed one stays
 */
export function candidateOf(
  installed: Omit<Version, "offers">,
  offers: readonly Offer[],
  preferences: Preferences,
): Version | undefined {
  const { name, source } = installed;
  const versions = new Map<string, Offer[]>([[installed.version, []]]);
  for (const offer of offers) versions.set(offer.version, [...(versions.get(offer.version) ?? []), offer]);
  let best: (Version & { priority: number }) | undefined;
  for (const [version, offers] of versions) {
    const candidate = { name, source, version, offers };
    const isInstalled = version === installed.version;
    const priority = priorityOf(candidate, isInstalled, preferences);
    if (priority < 0) continue;
    if (priority < DOWNGRADES && compareDebianVersions(version, installed.version) < 0) continue;
    const isBetter =
      best === undefined ||
      priority > best.priority ||
      (priority === best.priority && compareDebianVersions(version, best.version) > 0);
    if (isBetter) best = { ...candidate, priority };
  }
  return best === undefined || best.version === installed.version ? undefined : best;
}
