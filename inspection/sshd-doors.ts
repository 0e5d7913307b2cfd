/**
 * sshd settings and start-up options that admit anyone without the user's key: sshd_config(5), OpenSSH 9.6, 2026-11.
 */
import type { Finding } from "./rule";
import type { SshdSetting } from "./sshd";
import { startLines } from "./units";
import type { Tree } from "./tree";

/** Key commands of clouds and directories, from their own packages (2026-11). */
const KEY_COMMANDS =
  /^(none|\/usr\/bin\/(google_authorized_keys(_sk)?|google_authorized_principals|sss_ssh_authorizedkeys)|\/usr\/share\/ec2-instance-connect\/eic_run_authorized_keys)$/;
const KEY_FILES = /^(none|(%h\/)?\.ssh\/authorized_keys2?)$/;
const SFTP = /^(internal-sftp|\/usr\/(lib|libexec)\/(openssh\/|ssh\/)?sftp-server)$/;

const OWN_PROGRAM = /^\/usr\/(lib|libexec)\/(openssh|ssh)?\/?sshd-(session|auth)$/;

/** Safe values of each setting; any other is reported as access. */
const DOORS: Readonly<Record<string, { name: string; isClosed: (values: readonly string[]) => boolean }>> = {
  permitemptypasswords: { name: "PermitEmptyPasswords", isClosed: only("no") },
  hostbasedauthentication: { name: "HostbasedAuthentication", isClosed: only("no") },
  ignorerhosts: { name: "IgnoreRhosts", isClosed: only("yes", "shosts-only") },
  permituserenvironment: { name: "PermitUserEnvironment", isClosed: only("no") },
  strictmodes: { name: "StrictModes", isClosed: only("yes") },
  authorizedkeyscommand: {
    name: "AuthorizedKeysCommand",
    isClosed: ([first = "none"]) => KEY_COMMANDS.test(first),
  },
  authorizedprincipalscommand: {
    name: "AuthorizedPrincipalsCommand",
    isClosed: ([first = "none"]) => KEY_COMMANDS.test(first),
  },
  authorizedkeysfile: {
    name: "AuthorizedKeysFile",
    isClosed: (values) => values.every((value) => KEY_FILES.test(value)),
  },
  authorizedprincipalsfile: { name: "AuthorizedPrincipalsFile", isClosed: only("none") },
  trustedusercakeys: { name: "TrustedUserCAKeys", isClosed: only("none") },
  authenticationmethods: {
    name: "AuthenticationMethods",
    isClosed: (values) => !values.some((value) => value.split(",").includes("none")),
  },
  securitykeyprovider: { name: "SecurityKeyProvider", isClosed: only("internal") },
  forcecommand: { name: "ForceCommand", isClosed: only("none", "internal-sftp") },
  subsystem: {
    name: "Subsystem",
    isClosed: ([name = "", program = ""]) => name.toLowerCase() === "sftp" && SFTP.test(program),
  },
  // sshd's and X11's helper programs (OpenSSH 9.8 and later), and its sources of keys and of PAM configuration.
  sshdsessionpath: { name: "SshdSessionPath", isClosed: ([first = ""]) => OWN_PROGRAM.test(first) },
  sshdauthpath: { name: "SshdAuthPath", isClosed: ([first = ""]) => OWN_PROGRAM.test(first) },
  xauthlocation: { name: "XAuthLocation", isClosed: only("/usr/bin/xauth") },
  hostkeyagent: { name: "HostKeyAgent", isClosed: only("none") },
  pamservicename: { name: "PAMServiceName", isClosed: only("sshd") },
  setenv: {
    name: "SetEnv",
    isClosed: (values) => !values.some((value) => /^(LD_|PATH|BASH_ENV|ENV|PYTHON|PERL)/.test(value)),
  },
  acceptenv: {
    name: "AcceptEnv",
    isClosed: (values) =>
      !values.some((value) => /^(\*|LD_.*|L\*|PATH|BASH_ENV|ENV|PYTHON.*|PERL.*)$/.test(value)),
  },
};

function only(...allowed: string[]): (values: readonly string[]) => boolean {
  return ([value = ""]) => allowed.includes(value.toLowerCase());
}

/** Every setting counts, for everyone or for some: which of two takes effect does not matter. */
export function otherDoors(settings: readonly SshdSetting[]): Finding[] {
  return settings.flatMap(({ keyword, values, file, match }): Finding[] => {
    const door = DOORS[keyword];
    if (!door || door.isClosed(values)) return [];
    const condition = match === undefined ? "" : ` for "Match ${match}"`;
    return [{ message: `${door.name} is ${values.join(" ")}${condition}`, where: file }];
  });
}

const SSHD = /(^|[\s=@+!:;&|-])(\/[\w./-]*\/)?sshd(\s|$)/;
/** Options that add settings to those of the file: sshd(8). */
const OTHER_SETTINGS = /\s-[A-Za-z0-9]*[fo](\s|\S)|\s-[a-zA-Z0-9]*[hcC]\s/;
/** Files of sshd's options in Debian's and Fedora's units. */
const FILES_OF_OPTIONS =
  /^EnvironmentFile\s*=\s*-?(\/etc\/default\/ssh|\/etc\/sysconfig\/sshd(-permitrootlogin)?|\/etc\/crypto-policies\/.*)?$/;

/** Units, drop-ins and jobs that start sshd with other settings than its file's, or another sshd. */
export function otherStarts(root: Tree): Finding[] {
  return startLines(root).flatMap(({ file, line }): Finding[] => {
    const say = (message: string) => [{ message: `${message}: ${line}`, where: file }];
    const isOfSshd = /\/(ssh|sshd)(@[^/]*)?\.(service|socket)(\.d\/[^/]*)?$/.test(file);
    if (isOfSshd && /^EnvironmentFile/.test(line) && !FILES_OF_OPTIONS.test(line))
      return say("gives sshd other options");
    if (isOfSshd && /^Environment\s*=.*(SSHD_OPTS|OPTIONS|LD_|PATH)/.test(line))
      return say("gives sshd other options");
    if (
      !SSHD.test(line) ||
      /^(Description|Documentation|After|Before|Wants|Conflicts|Alias|RuntimeDirectory|Also|#)/.test(line)
    )
      return [];
    if (/^[ \t]*(log_|if |elif |case |\[|test |echo )/.test(line)) return [];
    const program =
      SSHD.exec(line)?.[2] === undefined ? undefined : /(\/[\w./-]*\/sshd)(\s|$)/.exec(line)?.[1];
    if (program !== undefined && !/^\/(usr\/)?sbin\/sshd$/.test(program)) return say("starts another sshd");
    return program !== undefined && OTHER_SETTINGS.test(line) ? say("starts sshd with other settings") : [];
  });
}
