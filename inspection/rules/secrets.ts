import { homesOf } from "../accounts";
import { contents } from "../contents";
import { type Finding, type Rule, rootOf } from "../rule";
import { NotInspectable, textOf, type Tree } from "../tree";

export const machineId: Rule = {
  id: "machine-id",
  severity: "error",
  title: "The machine id is empty",
  reason: "Instances with one machine id share DHCP leases, journals and whatever else is derived from it.",
  cure: "Truncate /etc/machine-id to nothing; systemd fills it at first boot (machine-id(5)).",
  limits: "Ids that other programs make for themselves.",
  check(image) {
    const root = rootOf(image);
    return ["/etc/machine-id", "/var/lib/dbus/machine-id"].flatMap((file): Finding[] => {
      const text = textOf(root, file)?.trim() ?? "";
      return text === "" || text === "uninitialized"
        ? []
        : [{ message: "the machine id is set", where: file }];
    });
  },
};

/**
 * Files that a machine generates and that must be unique to it: systemd-random-seed.service(8), systemd-creds(1),
 * systemd-boot(7); of sysvinit's urandom script, and of older Red Hat systems (2026-11).
 */
const SEEDS = [
  "/var/lib/systemd/random-seed",
  "/var/lib/systemd/credential.secret",
  "/var/lib/urandom/random-seed",
  "/var/lib/random-seed",
  "/loader/random-seed",
];

export const randomSeeds: Rule = {
  id: "random-seeds",
  severity: "error",
  title: "No saved random seed or machine secret",
  reason: "A seed that everybody can download makes the first keys of an instance guessable.",
  cure: "Remove the file from the image; the machine makes its own.",
  limits: "Seeds of programs that are not named here.",
  check(image) {
    const trees = [rootOf(image), ...(image.esp instanceof NotInspectable ? [] : [image.esp])];
    return trees.flatMap((tree) =>
      SEEDS.filter((file) => (tree.read(file)?.length ?? 0) > 0).map((file) => ({
        message: "saved secret",
        where: file,
      })),
    );
  },
};

/** Usual names with shells, interpreters and database clients; some in subfolders: fish, xonsh, nushell. */
const HISTORY = /^\..*(history|hist|histfile|lesshst|viminfo)$|^\.wget-hsts$/;
const DEEP_HISTORIES = [
  ".local/share/fish/fish_history",
  ".local/share/xonsh/history_json",
  ".local/share/nano/search_history",
  ".config/nushell/history.txt",
  ".local/state/python_history",
];

export const shellHistories: Rule = {
  id: "shell-histories",
  severity: "error",
  title: "No shell histories",
  reason: "They tell what the builder typed, at worst a password or a token.",
  cure: "Remove the history files of root and of the users.",
  limits: "Histories that a setting puts elsewhere.",
  check(image) {
    const root = rootOf(image);
    return homesOf(root).flatMap((home) => {
      const named = (root.list(home || "/") ?? [])
        .map(({ name }) => name)
        .filter((name) => HISTORY.test(name));
      return [...named, ...DEEP_HISTORIES]
        .map((name) => ({ where: `${home}/${name}`, size: root.read(`${home}/${name}`)?.length ?? 0 }))
        .filter(({ size }) => size > 0)
        .map(({ where, size }) => ({ message: `${size} bytes of history`, where }));
    });
  },
};

/** Programs' stored credentials in a home; with an expression where the file may contain other data. */
const CREDENTIALS: readonly [string, RegExp?][] = [
  [".aws/credentials"],
  [".aws/sso/cache"],
  [".azure/accessTokens.json"],
  [".azure/msal_token_cache.json"],
  [".azure/msal_token_cache.bin"],
  [".config/gcloud/credentials.db"],
  [".config/gcloud/access_tokens.db"],
  [".config/gcloud/application_default_credentials.json"],
  [".boto", /secret|token/i],
  [".s3cfg", /secret_key\s*=\s*\S/],
  [".netrc"],
  [".git-credentials"],
  [".config/git/credentials"],
  [".config/gh/hosts.yml", /oauth_token/],
  [".docker/config.json", /"(auth|identitytoken|registrytoken)"/],
  [".config/containers/auth.json", /"auth"/],
  [".kube/config", /token|client-key|password/],
  [".npmrc", /_auth|_password/],
  [".pypirc", /password|token/],
  [".pgpass"],
  [".my.cnf", /password/],
  [".vault-token"],
  [".terraform.d/credentials.tfrc.json"],
  [".pulumi/credentials.json", /accessToken/],
  [".cargo/credentials"],
  [".cargo/credentials.toml"],
];
/** Machine-wide ones: archive passwords (apt_auth.conf(5)), answers given to debconf. */
const MACHINE_CREDENTIALS: readonly [string, RegExp?][] = [
  ["/etc/apt/auth.conf", /password/],
  ["/etc/apt/auth.conf.d", /password/],
  ["/var/cache/debconf/passwords.dat", /^Value: *\S/m],
];

export const credentials: Rule = {
  id: "credentials",
  severity: "error",
  title: "No credentials of the builder",
  reason: "A token for a cloud, a registry or a repository works for everybody who downloads the image.",
  cure: "Remove the file, and revoke what was in it if the image was ever elsewhere.",
  limits: "Programs that are not known here; tokens inside of other files.",
  check(image) {
    const root = rootOf(image);
    const found = [
      ...homesOf(root).flatMap((home) => credentialsIn(root, home)),
      ...holding(root, MACHINE_CREDENTIALS),
    ];
    return found.map((where) => ({ message: "credentials", where }));
  },
};

/** Paths of files in a home that let their owner in elsewhere. */
export function credentialsIn(root: Tree, home: string): string[] {
  return holding(
    root,
    CREDENTIALS.map(([path, tells]) => [`${home}/${path}`, tells]),
  );
}

function holding(root: Tree, places: readonly (readonly [string, RegExp?])[]): string[] {
  return places.flatMap(([path, tells]) => {
    const data = root.read(path);
    return (data ? [{ path, data }] : contents(root, path))
      .filter((each) => each.data.length > 0 && (tells === undefined || tells.test(each.data.toString())))
      .map((each) => each.path);
  });
}
