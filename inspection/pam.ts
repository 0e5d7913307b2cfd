/** Stacks of PAM: pam.d(5), pam.conf(5) of Linux-PAM 1.5, 2026-11. */
import { NotInspectable, textOf, type Tree } from "./tree";

export interface PamLine {
  /** `auth`, `account`, `password` or `session`. */
  type: string;
  /** What becomes of it: for `success`, and for anything else, the refusals of modules. */
  control: { success: string; failure: string };
  module: string;
  /** What stands behind the module. */
  options: string;
  /** The file that it stands in. */
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
/** Linux-PAM gives up after as many (PAM_SUBSTACK_MAX_LEVEL). */
const DEEPEST = 16;
const MOST_FILES = 500;

/** All lines of a service with what it includes in their places. @throws {NotInspectable} it includes itself */
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

/** `[success=1 default=ignore]`, or one of the words that stand for some. */
function controlOf(control: string): PamLine["control"] {
  const word = WORDS[control.toLowerCase()];
  if (word) return word;
  const set = new Map(
    [...control.matchAll(/(\w+)=(\w+)/g)].map(([, name = "", action = ""]) => [name, action]),
  );
  const other = set.get("default") ?? "bad";
  return { success: set.get("success") ?? other, failure: set.get("auth_err") ?? other };
}

/** Modules that succeed whoever asks. */
const AGREES = /(^|\/)pam_(permit|debug)\.so$/;
/** Modules that ask something else than a password: each stack is worked through with them agreeing, and refusing. */
const CONDITIONS =
  /(^|\/)pam_(succeed_if|listfile|localuser|usertype|shells|securetty|access|wheel|rhosts|rhosts_auth|userdb|ftp)\.so$/;
/** Modules that prepare something, and leave the decision to others (PAM_IGNORE). */
const PREPARES =
  /(^|\/)pam_(env|faildelay|faillock|group|cap|gnome_keyring|kwallet5?|mount|motd|mail|loginuid|keyinit|selinux|umask|nologin|tally2?|issue|warn|echo|time|limits)\.so$/;

/** Succeeds where the program is root's (pam_rootok(8)): right for su, whose caller it sees; sshd and login are always. */
const ROOT_OK = /(^|\/)pam_rootok\.so$/;

/**
 * Whether a stack lets in a caller whom every module refuses that knows passwords.
 *
 * @param isIntact whether a file is as its package brought it: what it asks of root is its program's business then
 */
export function letsIn(stack: readonly PamLine[], isIntact: (file: string) => boolean): boolean {
  const agreeing = (line: PamLine) =>
    AGREES.test(line.module) || (ROOT_OK.test(line.module) && !isIntact(line.file));
  return worksOut(stack, agreeing, true) || worksOut(stack, agreeing, false);
}

/** As libpam's _pam_dispatch_aux goes through a stack. */
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
