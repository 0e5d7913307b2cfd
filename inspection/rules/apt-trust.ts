import { aptSources } from "../apt";
import { type AptSettings, aptSettings } from "../apt-conf";
import { contents } from "../contents";
import { isOwn } from "../own-files";
import { isIntact, ownedFiles } from "../owned-files";
import { type Finding, type Rule, rootOf } from "../rule";

/** Locations of keys trusted by apt: apt-secure(8), apt-key(8). */
const KEYS = ["/etc/apt/trusted.gpg", "/etc/apt/trusted.gpg.d", "/etc/apt/keyrings"];

export const archiveKeys: Rule = {
  id: "archive-keys",
  severity: "error",
  title: "apt trusts only keys of packages",
  reason:
    "Whoever has the private half of a key that apt trusts installs whatever they like on every user's machine.",
  cure: "Remove the key, put it into a package, or declare its file in ownFiles.",
  limits:
    "Which key of a package signs which archive: any that apt trusts may sign a source without Signed-By.",
  check(image, expected) {
    const root = rootOf(image);
    const owned = ownedFiles(image);
    const lying = KEYS.flatMap((place) => {
      const data = root.read(place);
      return data ? [{ path: place, data }] : contents(root, place);
    }).filter(({ data }) => data.length > 0);
    const named = aptSources(root).flatMap(({ signedBy = "", file }) => {
      if (/-----BEGIN PGP/.test(signedBy)) return [{ path: file, inline: true }];
      return signedBy
        .split(/[\s,]+/)
        .flatMap((each) => (each.startsWith("/") ? [{ path: each, inline: false }] : []));
    });
    const foreign = [...lying.map(({ path }) => ({ path, inline: false })), ...named]
      .filter(({ path, inline }) => (inline || !owned.has(owned.place(path))) && !isOwn(expected, path))
      .map(({ path, inline }) => JSON.stringify([path, inline]));
    return [...new Set(foreign)].map((each): Finding => {
      const [path, inline] = JSON.parse(each) as [string, boolean];
      return {
        message: inline ? "a source brings a key of its own" : "a key that no package owns",
        where: path,
      };
    });
  },
};

/** Options whose values are commands, or replace apt's own programs (apt.conf(5), apt 2.6). */
const COMMANDS =
  /^(dpkg::(pre|post)-invoke(::.*)?|dpkg::pre-install-pkgs(::.*)?|apt::update::(pre|post)-invoke(-success)?(::.*)?|apt::periodic::.*hook|dpkg::(options|chroot-directory|tools)(::.*)?|unattended-upgrade::.*(hook|command).*|acquire::.*proxy-auto-?detect|apt::install::.*invoke|binary::apt::.*invoke|aptcli::hooks.*|dir::bin::.*|apt::key::gpgvcommand|acquire::gpgv::options(::.*)?|apt::compressor::.*::binary|apt::changelogs.*)$/;
/** Options that disable a check, with the values that do (apt.conf(5), apt-transport-https(1)). */
const CHECKS: readonly [RegExp, RegExp][] = [
  [/^acquire::(.*::)?verify-(peer|host)(::.*)?$/, /^(no|false|without|off|disable|0)$/i],
  [
    /^acquire::check-(valid-until|date)(::.*)?$|^acquire::check-valid-until$/,
    /^(no|false|without|off|disable|0)$/i,
  ],
  [/^acquire::(.*::)?(cainfo|capath|sslcert|sslkey|issuercert|sslforceversion)$/, /./],
  [/^acquire::(max-futuretime|(.*::)?max-validtime|(.*::)?min-validtime)$/, /./],
  [/^acquire::(.*::)?proxy(::.*)?$/, /^(?!direct$|$)./i],
  [/^apt::sandbox::user$/, /^root$/],
  [/^apt::default-release$/, /./],
  [/^acquire::allowreleaseinfochange(::.*)?$/, /^(yes|true|1|on|with|enable)$/i],
  [/^apt::get::(force-yes|allow-downgrades|allow-change-held-packages)$/, /^(yes|true|1|on|with|enable)$/i],
  [/^apt::install::trusted$|^apt::trusted.*$|^dir::etc::trusted.*$|^dir::state.*$/, /./],
];

export const aptSettingsRule: Rule = {
  id: "apt-settings",
  severity: "error",
  title: "apt checks what it fetches, from its sources directly, and runs nothing of anybody's",
  reason:
    "An option takes away the check of a certificate, sends every request through another machine, or runs a command as root at each upgrade.",
  cure: "Remove the option from /etc/apt/apt.conf.d, or declare the file in ownFiles.",
  limits:
    "Options of files that packages own, as they brought them; dpkg's own settings, of which unowned-files speaks.",
  check(image, expected) {
    const root = rootOf(image);
    const settings: AptSettings = aptSettings(root);
    const trusted = (file: string) => isIntact(image, file) || isOwn(expected, file);
    const options = settings.all().filter(({ file, value }) => value !== "" && !trusted(file));
    return options.flatMap(({ name, value, file }): Finding[] => {
      if (COMMANDS.test(name)) return [{ message: `${name} runs ${value}`, where: file }];
      const loose = CHECKS.some(([option, values]) => option.test(name) && values.test(value));
      return loose ? [{ message: `${name} is ${value}`, where: file }] : [];
    });
  },
};
