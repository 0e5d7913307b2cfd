import { aptSources } from "../apt";
import { contents } from "../contents";
import { systemOf } from "../os-release";
import { isOwn } from "../own-files";
import { isIntact } from "../owned-files";
import { type Finding, type Rule, rootOf } from "../rule";
import { textOf, type Tree } from "../tree";
import { PUBLISHERS } from "./archives";

/** Addresses of the machine itself, and IPv6's multicast groups in every /etc/hosts. */
const OWN_ADDRESS = /^(127(\.\d+){3}|::1|f[ef]0[0-2]::[0-9]?)$/i;
/** The clouds' metadata servers (their documentation, 2026-11). */
const METADATA = /^(169\.254\.169\.254|169\.254\.169\.253|168\.63\.129\.16|fd00:ec2::25[34]|fd20:ce::254)$/i;
/** Variables for all programs started at login: pam_env(8), environment.d(5). */
const ENVIRONMENTS = ["/etc/environment", "/etc/environment.d", "/etc/default/locale", "/etc/locale.conf"];
/** Variables for what systemd starts: systemd-system.conf(5). */
const MANAGERS = ["system", "user"].flatMap((manager) => [
  `/etc/systemd/${manager}.conf`,
  `/etc/systemd/${manager}.conf.d`,
]);
/** Harmless ones: language, time zone, and root-only PATHs. Programs read hundreds of others. */
const HARMLESS =
  /^(LANG|LANGUAGE|LC_[A-Z]+|TZ)=["']?[\w.@:,+/-]*["']?$|^PATH=["']?(\/(usr\/|usr\/local\/|snap\/)?(s?bin|games):?)+["']?$/;

export const namesAndProxies: Rule = {
  id: "names-and-proxies",
  severity: "error",
  title: "Names lead where the world's name servers lead, without anybody between",
  reason:
    "A line in /etc/hosts, a name server or a proxy of somebody's sees or answers what the machine asks of others.",
  cure: "Remove the line: a cloud gives name servers at the start, and cloud-init writes the machine's own name.",
  limits:
    "Settings of networks that a package owns; proxies of single programs but apt, of which apt-settings speaks.",
  check(image, expected) {
    const root = rootOf(image);
    return [
      ...hosts(root),
      ...resolvers(root),
      ...environment(root),
      ...networks(root),
      ...nameServices(root),
    ].filter(({ where = "" }) => !isOwn(expected, where) && !isIntact(image, where));
  },
};

function hosts(root: Tree): Finding[] {
  const archives = new Set(aptSources(root).flatMap((each) => each.hosts));
  const publisher = PUBLISHERS[systemOf(root).id]?.hosts;
  return linesOf(root, "/etc/hosts").flatMap((line): Finding[] => {
    const [address = "", ...names] = line.split(/\s+/);
    const say = (message: string) => [{ message: `${message}: ${line}`, where: "/etc/hosts" }];
    if (METADATA.test(address) && names.every((name) => /^(metadata|instance-data|wireserver)/.test(name)))
      return [];
    if (!OWN_ADDRESS.test(address)) return say("leads a name to another machine");
    const blocked = names.filter(
      (name) => archives.has(name.toLowerCase()) || publisher?.test(name.toLowerCase()),
    );
    return blocked.length > 0 ? say("keeps an archive from being reached") : [];
  });
}

/** The file written by systemd-resolved and the like is a link into /run: its present content is never read. */
function resolvers(root: Tree): Finding[] {
  const target = root.target("/etc/resolv.conf");
  const lines = target === undefined || !/(^|\/)run\//.test(target) ? linesOf(root, "/etc/resolv.conf") : [];
  const fixed = lines.filter((line) => /^nameserver\s+(?!127\.|::1)/.test(line));
  const resolved = ["/etc/systemd/resolved.conf", ...confs(root, "/etc/systemd/resolved.conf.d")].flatMap(
    (file) =>
      linesOf(root, file)
        .filter((line) => /^(DNS|FallbackDNS)\s*=\s*\S/.test(line))
        .map((line) => ({ message: `sets a name server: ${line}`, where: file })),
  );
  return [
    ...fixed.map((line) => ({ message: `sets a name server: ${line}`, where: "/etc/resolv.conf" })),
    ...resolved,
  ];
}

function environment(root: Tree): Finding[] {
  const lines = (places: readonly string[]) =>
    places
      .flatMap((path) => (root.list(path) === undefined ? [path] : confs(root, path)))
      .flatMap((where) => linesOf(root, where).map((line) => ({ where, line })));
  const set = lines(ENVIRONMENTS).filter(({ line }) => !HARMLESS.test(line.replace(/^export\s+/, "")));
  const managed = lines(MANAGERS).filter(({ line }) =>
    /^(Default|Manager)Environment\s*=\s*\S/i.test(line)
      ? !HARMLESS.test(line.replace(/^\w+\s*=\s*/, "").replace(/^"(.*)"$/, "$1"))
      : false,
  );
  return [...set, ...managed].map(({ where, line }) => ({
    message: `changes every program that is started: ${line}`,
    where,
  }));
}

/** netplan(5) and interfaces(5): name servers, and routes. */
const ROUTES =
  /^\s*-?\s*(nameservers|routes|gateway[46]|via|routing-policy|tunnels|dns-nameservers?|gateway)\b/;

function networks(root: Tree): Finding[] {
  return [
    ...confs(root, "/etc/netplan"),
    "/etc/network/interfaces",
    ...confs(root, "/etc/network/interfaces.d"),
  ]
    .flatMap((where) => linesOf(root, where).map((line) => ({ where, line })))
    .filter(
      ({ line, where }) =>
        ROUTES.test(line) || (where.startsWith("/etc/netplan/") && /nameservers|via:/.test(line)),
    )
    .map(({ where, line }) => ({ message: `says where names and packets go: ${line}`, where }));
}

/** Account databases: `db`, `compat` and NIS would add accounts that no rule sees. */
const ACCOUNTS = /^(passwd|group|shadow|gshadow|initgroups|sudoers|subid)$/;
/** nsswitch.conf(5): sources other than files and DNS are libraries. */
const ANSWERS =
  /^(files|compat|dns|db|nis|nisplus|systemd|resolve|myhostname|mymachines|mdns[46]?(_minimal)?|mdns|sss|winbind|ldap|wins|hesiod|libvirt|libvirt_guest|extrausers|cache_oslogin|oslogin|google|\[.*\])$/;

function nameServices(root: Tree): Finding[] {
  const where = "/etc/nsswitch.conf";
  return linesOf(root, where).flatMap((line): Finding[] => {
    const [, database = "", rest = ""] = /^(\w+):\s*(.*)$/.exec(line) ?? [];
    const strange = (rest.match(/\[[^\]]*\]|\S+/g) ?? []).filter(
      (word) =>
        !ANSWERS.test(word) || (ACCOUNTS.test(database) && /^(db|compat|nis|nisplus|hesiod)$/.test(word)),
    );
    return strange.length > 0 ? [{ message: `asks ${strange.join(", ")}: ${line}`, where }] : [];
  });
}

function linesOf(root: Tree, file: string): string[] {
  return (textOf(root, file) ?? "")
    .split("\n")
    .map((line) => line.replace(/#.*$/, "").trim())
    .filter((line) => line !== "");
}

function confs(root: Tree, folder: string): string[] {
  return contents(root, folder).map(({ path }) => path);
}

/** libwrap can run a command per connection: hosts_options(5). */
export const hostsOptions: Rule = {
  id: "connection-hooks",
  severity: "error",
  title: "No connection starts a command",
  reason: "libwrap, which sshd of Debian asks, runs what hosts.allow says for whoever connects.",
  cure: "Remove spawn and twist from /etc/hosts.allow and /etc/hosts.deny.",
  check: (image) =>
    ["/etc/hosts.allow", "/etc/hosts.deny"].flatMap((where) =>
      linesOf(rootOf(image), where)
        .filter((line) => /\b(spawn|twist|aclexec)\b/.test(line))
        .map((line) => ({ message: `runs a command: ${line}`, where })),
    ),
};
