/** Stacks of PAM: pam.d(5), pam.conf(5) of Linux-PAM 1.5, 2026-11. */
import { NotInspectable, textOf, type Tree } from "./tree";

export interface PamLine {
  /** `auth`, `account`, `password` or `session`. */
  type: string;
  /** Effects of the module's result: for `success`, and for anything else, i.e. refusals. */
  control: { success: string; failure: string };
  module: string;
  /** The module's arguments. */
  options: string;
  /** The file that contains it. */
  file: string;
}

const WORDS: Readonly<Record<string, PamLine["control"]>> = {
  required: { success: "ok", failure: "bad" },
  requisite: { success: "ok", failure: "die" },
  sufficient: { success: "done", failure: "ignore" },
  optional: { success: "ok", failure: "ignore" },
  binding: { success: "done", failure: "bad" },
};
const FOLDERS = ["/etc/pam.d", "/usr/lib/pam.d"];
/** Linux-PAM's limit (PAM_SUBSTACK_MAX_LEVEL). */
const DEEPEST = 16;
const MOST_FILES = 500;

/**
 * All lines of a service with its includes expanded in place.
 *
 * @throws {NotInspectable} when it includes itself
 */
export function pamStack(
  root: Tree,
  service: string,
  depth = 0,
  only?: string,
  left = { files: MOST_FILES },
): PamLine[] {
  if (left.files-- <= 0)
    throw new NotInspectable(`/etc/pam.d/${service}: more than ${MOST_FILES} inclusions`);
  if (depth > DEEPEST) throw new NotInspectable(`/etc/pam.d/${service}: included more than ${DEEPEST} deep`);
  const file = FOLDERS.map((folder) => `${folder}/${service}`).find((each) => root.read(each) !== undefined);
  if (file === undefined) return [];
  return (textOf(root, file) ?? "")
    .replace(/\\\n/g, " ")
    .split("\n")
    .map((line) => line.replace(/#.*$/, "").trim())
    .flatMap((line): PamLine[] => {
      const whole = /^@include\s+(\S+)/.exec(line)?.[1];
      if (whole !== undefined) return pamStack(root, whole, depth + 1, only, left);
      const [, type = "", control = "", module = "", options = ""] =
        /^-?(auth|account|password|session)\s+(\[[^\]]*\]|\S+)\s+(\S+)\s*(.*)$/i.exec(line) ?? [];
      const kind = type.toLowerCase();
      if (module === "" || (only !== undefined && kind !== only)) return [];
      if (control === "include" || control === "substack")
        return pamStack(root, module, depth + 1, kind, left);
      return [{ type: kind, control: controlOf(control), module, options, file }];
    });
}

/** `[success=1 default=ignore]`, or one of the keywords for it. */
function controlOf(control: string): PamLine["control"] {
  const word = WORDS[control.toLowerCase()];
  if (word) return word;
  const set = new Map(
    [...control.matchAll(/(\w+)=(\w+)/g)].map(([, name = "", action = ""]) => [name, action]),
  );
  const other = set.get("default") ?? "bad";
  return { success: set.get("success") ?? other, failure: set.get("auth_err") ?? other };
}

/** Modules that always succeed. */
const AGREES = /(^|\/)pam_(permit|debug)\.so$/;
/** Modules that check something other than a password: each stack is evaluated with them succeeding, and refusing. */
const CONDITIONS =
  /(^|\/)pam_(succeed_if|listfile|localuser|usertype|shells|securetty|access|wheel|rhosts|rhosts_auth|userdb|ftp)\.so$/;
/** Modules that prepare something without deciding (PAM_IGNORE). */
const PREPARES =
  /(^|\/)pam_(env|faildelay|faillock|group|cap|gnome_keyring|kwallet5?|mount|motd|mail|loginuid|keyinit|selinux|umask|nologin|tally2?|issue|warn|echo|time|limits)\.so$/;

/**
 * Succeeds when the program runs as root (pam_rootok(8)): right for su, which passes its caller's uid; sshd and login
 * always run as root.
 */
const ROOT_OK = /(^|\/)pam_rootok\.so$/;

/**
 * True if a stack admits a caller that every password module refuses.
 *
 * @param isIntact true if a file is unchanged from its package: then its use of pam_rootok is legitimate
 */
export function letsIn(stack: readonly PamLine[], isIntact: (file: string) => boolean): boolean {
  const agreeing = (line: PamLine) =>
    AGREES.test(line.module) || (ROOT_OK.test(line.module) && !isIntact(line.file));
  return worksOut(stack, agreeing, true) || worksOut(stack, agreeing, false);
}

/** Evaluates a stack like libpam's _pam_dispatch_aux. */
function worksOut(
  stack: readonly PamLine[],
  agreeing: (line: PamLine) => boolean,
  conditions: boolean,
): boolean {
  let state: "open" | "granted" | "refused" = "open";
  for (let at = 0; at < stack.length; at++) {
    const { control, module } = stack[at]!;
    if (PREPARES.test(module)) continue;
    const agrees = agreeing(stack[at]!) || (conditions && CONDITIONS.test(module));
    const action = agrees ? control.success : control.failure;
    if (/^\d+$/.test(action)) at += Number(action);
    else if (action === "reset") state = "open";
    else if (action === "ok" || action === "done") {
      if (state === "open") state = "granted";
      if (action === "done") return state === "granted";
    } else if (action === "bad" || action === "die") {
      state = "refused";
      if (action === "die") return false;
    }
  }
  return state === "granted";
}
