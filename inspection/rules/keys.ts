import { homesOf } from "../accounts";
import { cloudConfigs, settingsNamed } from "../cloud-config";
import { contents } from "../contents";
import { globbed } from "../glob";
import { type Finding, type Rule, rootOf } from "../rule";
import { sshdSettings } from "../sshd";
import { textOf, type Tree } from "../tree";

const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----|^PuTTY-User-Key-File/m;

/** Usual names of private keys for OpenSSH and OpenSSL, whatever the content. */
const PRIVATE_NAME = /\.key$|\/id_[^/.]+$/;

export const hostKeys: Rule = {
  id: "ssh-host-keys",
  severity: "error",
  title: "No SSH host keys",
  reason: "Every instance would have the same identity, and everybody its private half.",
  cure: "Remove /etc/ssh/ssh_host_* and whatever HostKey names from the image; cloud-init or the ssh package makes new ones at first boot.",
  limits: "Keys of other servers than sshd and dropbear.",
  check(image) {
    const root = rootOf(image);
    const named = globbed(root, "/etc/ssh/ssh_host_*").concat(globbed(root, "/etc/dropbear/*host_key"));
    const set = sshdSettings(root)
      .filter(({ keyword }) => keyword === "hostkey")
      .flatMap(({ values }) => values.slice(0, 1));
    const lying = contents(root, "/etc/ssh").filter(({ data }) => PRIVATE_KEY.test(data.toString("latin1")));
    const files = [...named, ...set, ...lying.map(({ path }) => path)];
    return [...new Set(files)]
      .filter((file) => (root.read(file)?.length ?? 0) > 0)
      .map((where) => ({ message: "a host key is in the image", where }));
  },
};

/** sshd_config(5), AuthorizedKeysFile; the second is deprecated but still in use. */
const AUTHORIZED_KEYS = [".ssh/authorized_keys", ".ssh/authorized_keys2"];

export const authorizedKeys: Rule = {
  id: "authorized-keys",
  severity: "error",
  title: "No authorized SSH keys",
  reason: "A key left by a builder opens every instance of every user.",
  cure: "Remove the file; cloud-init writes the user's own key.",
  limits: "Keys that a command or a service fetches, of which ssh-as-declared speaks.",
  check(image) {
    const root = rootOf(image);
    const settings = sshdSettings(root);
    const named = (keyword: string) =>
      settings.filter((each) => each.keyword === keyword).flatMap(({ values }) => values);
    const files = [...AUTHORIZED_KEYS, ...named("authorizedkeysfile")].filter((each) => each !== "none");
    const authorities = named("trustedusercakeys").filter((each) => each !== "none");
    const found = homesOf(root).flatMap((home) => files.flatMap((file) => keyFiles(root, file, home)));
    return [
      ...[...new Set(found)].flatMap((file) => keysIn(root, file, "authorized key(s)")),
      ...[...new Set(authorities)].flatMap((file) => keysIn(root, file, "authority key(s) for users")),
      ...settingsNamed(cloudConfigs(root), ["ssh_authorized_keys"])
        .filter(({ value }) => Array.isArray(value) && value.length > 0)
        .map(({ file }) => ({ message: "cloud-init authorizes a key (ssh_authorized_keys)", where: file })),
    ];
  },
};

/** `%h` is the home, `%u` and `%U` the user: any, because users created by cloud-init are not listed yet. */
function keyFiles(root: Tree, pattern: string, home: string): string[] {
  const path = pattern.replace(/%[%huU]/g, (token) => (token === "%%" ? "%" : token === "%h" ? home : "*"));
  return globbed(root, path.startsWith("/") ? path : `${home}/${path}`);
}

function keysIn(root: Tree, where: string, what: string): Finding[] {
  const keys = (textOf(root, where) ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  return keys.length > 0 ? [{ message: `${keys.length} ${what}`, where }] : [];
}

export const privateKeys: Rule = {
  id: "private-keys",
  severity: "error",
  title: "No private keys of people or services",
  reason:
    "What everybody can download is private no longer: whatever trusts the key trusts whoever has the image.",
  cure: "Remove the file; a key that a service needs (ssl-cert's snakeoil) is made at first boot.",
  limits: "Keys outside of homes, /etc/ssl/private and /etc/pki; keys that are no PEM.",
  check(image) {
    const root = rootOf(image);
    const homes = homesOf(root);
    const folders = ["/etc/ssl/private", "/etc/pki/tls/private", ...homes.map((home) => `${home}/.ssh`)];
    const keys = folders
      .flatMap((folder) => contents(root, folder))
      .filter(({ path, data }) => PRIVATE_KEY.test(data.toString("latin1")) || PRIVATE_NAME.test(path))
      .filter(({ data }) => data.length > 0)
      .map(({ path }) => ({ message: "a private key is in the image", where: path }));
    const gnupg = homes
      .flatMap((home) => contents(root, `${home}/.gnupg/private-keys-v1.d`))
      .map(({ path }) => ({ message: "a private OpenPGP key is in the image", where: path }));
    return [...keys, ...gnupg];
  },
};
