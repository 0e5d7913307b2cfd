import { type AptSource, aptSources } from "../apt";
import { aptSettings } from "../apt-conf";
import { packagesOf } from "../dpkg";
import { systemOf } from "../os-release";
import { type Expectation, type Finding, type Rule, rootOf } from "../rule";
import { NotInspectable, type Tree } from "../tree";
import { PUBLISHERS } from "./archives";

export const packageSources: Rule = {
  id: "package-sources",
  severity: "error",
  title: "apt installs from the allowed archives only, and only what is signed",
  reason:
    "A foreign or wider source left in the image decides what the next upgrade installs on every user's machine.",
  cure: "Restore the image's sources.list to the publisher's archives and the allowed components, or declare packageHosts.",
  limits: "What a mirror that is allowed serves: apt checks its signature.",
  check(image, expected) {
    const root = rootOf(image);
    const settings = aptSettings(root);
    const moved = MOVED.filter((name) => settings.has(name));
    if (moved.length > 0)
      throw new NotInspectable(`apt's settings put its sources elsewhere: ${moved.join(", ")}`);
    const sources = aptSources(root);
    // Another system than dpkg's has none, and others that are not looked at.
    if (sources.length === 0) packagesOf(image);
    const allowed = allowedHosts(root, expected, sources);
    const none =
      sources.length === 0 && expected.provenance === "official"
        ? [{ message: "apt has no source: nothing can be upgraded", where: "/etc/apt" }]
        : [];
    return [
      ...none,
      ...suiteFindings(root, expected, sources),
      ...UNSIGNED.filter((name) =>
        /^(yes|true|with|on|enable|[1-9]\d*)$/i.test(settings.get(name) ?? ""),
      ).map((name): Finding => ({
        message: `${name} is on: apt takes what nobody signed`,
        where: "/etc/apt/apt.conf.d",
      })),
      ...sources.flatMap((source) => sourceFindings(source, expected, allowed)),
    ];
  },
};

/** apt.conf(5): locations of the files that this rule reads. */
const MOVED = ["dir", "dir::etc", "dir::etc::sourcelist", "dir::etc::sourceparts"];
/** apt-secure(8), apt-get(8). */
const UNSIGNED = [
  "acquire::allowinsecurerepositories",
  "acquire::allowweakrepositories",
  "acquire::allowdowngradetoinsecurerepositories",
  "apt::get::allowunauthenticated",
];

interface AllowedHosts {
  /** Display name. */
  said: string;
  has(host: string): boolean;
}

/** The declared hosts; else the publisher's own for an official image; else any, and none where areas are unknown. */
function allowedHosts(
  root: Tree,
  { packageHosts, provenance }: Expectation,
  sources: readonly AptSource[],
): AllowedHosts | undefined {
  if (packageHosts.length > 0)
    return { said: packageHosts.join(", "), has: (host) => packageHosts.includes(host) };
  if (provenance !== "official") return undefined;
  const { id } = systemOf(root);
  const publisher = PUBLISHERS[id];
  if (publisher) return { said: `${publisher.name}'s own`, has: (host) => publisher.hosts.test(host) };
  if (sources.length === 0) return undefined;
  throw new NotInspectable(
    `which hosts are the publisher's is not known of "${id}" (os-release): declare them, packageHosts: [${[
      ...new Set(sources.flatMap(({ hosts }) => hosts)),
    ].join(", ")}]`,
  );
}

function sourceFindings(
  { file, hosts, suite, components, unsigned, loose }: AptSource,
  { areas }: Expectation,
  allowed: AllowedHosts | undefined,
): Finding[] {
  const say = (message: string): Finding => ({ message, where: file });
  const findings: Finding[] = [];
  const wide = components.filter((component) => !areas.includes(areaOf(component)));
  if (wide.length > 0)
    findings.push(say(`${suite} enables ${wide.join(", ")}, allowed: ${areas.join(", ")}`));
  if (unsigned) findings.push(say(`${suite} of ${hosts.join(", ")} is taken without a good signature`));
  for (const option of loose) findings.push(say(`${suite} is taken however old it is (${option})`));
  if (hosts.length === 0) findings.push(say(`${suite} names a list of mirrors that is not there, or empty`));
  const foreign = hosts.filter((host) => allowed && !allowed.has(host));
  if (foreign.length > 0) {
    findings.push(say(`${suite} comes from ${foreign.join(", ")}, allowed: ${allowed?.said ?? ""}`));
  } else if (components.length === 0 && !allowed) {
    findings.push(
      say(
        `${suite} of ${hosts.join(", ")} has no areas that could be compared: declare the host in packageHosts`,
      ),
    );
  }
  return findings;
}

/**
 * An official image uses suites of its own release, including security updates (wiki.debian.org/ SourcesList,
 * help.ubuntu.com, 2026-11).
 */
function suiteFindings(root: Tree, { provenance }: Expectation, sources: readonly AptSource[]): Finding[] {
  const { id, version, codename } = systemOf(root);
  const publisher = PUBLISHERS[id];
  // Debian's testing has no version, and unstable no codename: their security updates are in the suite itself.
  if (provenance !== "official" || codename === "" || version === "" || !publisher || sources.length === 0)
    return [];
  const own = ["", "-updates", "-security", "-backports", "/updates"].map((end) => `${codename}${end}`);
  // Other hosts have their own finding.
  const wrong = sources
    .filter(({ hosts }) => hosts.every((host) => publisher.hosts.test(host)))
    .filter(({ suite }) => !own.includes(suite.replace(/\/$/, "")))
    .map(({ suite, file }) => ({
      message: `${suite} is no suite of ${codename}, which is installed`,
      where: file,
    }));
  const secure = sources.some(({ suite }) =>
    [`${codename}-security`, `${codename}/updates`].includes(suite.replace(/\/$/, "")),
  );
  const missing = { message: `no source of ${codename}-security: holes stay open`, where: "/etc/apt" };
  return [...wrong, ...(secure ? [] : [missing])];
}

/** A component may be a path that ends with the area: `updates/main` of Debian's archives before 2021. */
function areaOf(component: string): string {
  return component.split("/").at(-1) ?? component;
}
