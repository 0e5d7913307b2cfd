import { isOwn } from "../own-files";
import { isIntact, ownedFiles } from "../owned-files";
import { letsIn, type PamLine, pamStack } from "../pam";
import { type Finding, type Rule, rootOf } from "../rule";
import type { Tree } from "../tree";

/** Modules that run a configured program or script. */
const RUNNERS = /^(pam_exec|pam_script|pam_python3?|pam_perl|pam_lua)\.so$/;
/** Files outside the system: `conffile=`, `envfile=`, `file=`, `db=`, `skel=` and the like; or one per user. */
const ELSEWHERE = /=\/(?!(etc|usr|run|var|dev|lib)\/)|\buser_readenv=1\b/;
/** Module folders of packages. */
const FOLDERS = [
  ...["/usr/lib/x86_64-linux-gnu/security", "/usr/lib/aarch64-linux-gnu/security", "/usr/lib64/security"],
  ...[
    "/lib/x86_64-linux-gnu/security",
    "/lib/aarch64-linux-gnu/security",
    "/lib/security",
    "/usr/lib/security",
  ],
];

export const pamStacks: Rule = {
  id: "pam-stacks",
  severity: "error",
  title: "No service lets anybody in whose password is wrong",
  reason:
    "PAM decides who is let in. One line that always agrees, or a module of somebody else's, opens every account.",
  cure: "Restore /etc/pam.d (pam-auth-update --force), and remove modules that no package owns.",
  limits:
    "What a module does itself: those of packages are compared with their packages. A stack is worked through as if every module refused that asks for a password.",
  check(image, expected) {
    const root = rootOf(image);
    const files = (root.list("/etc/pam.d") ?? [])
      .filter(({ kind }) => kind !== "folder")
      .map(({ name }) => name);
    return files
      .filter((service) => !isOwn(expected, `/etc/pam.d/${service}`))
      .flatMap((service): Finding[] => {
        const stack = pamStack(root, service);
        const where = `/etc/pam.d/${service}`;
        const open = letsIn(
          stack.filter(({ type }) => type === "auth"),
          (file) => isIntact(image, file),
        );
        return [
          ...(open ? [{ message: "anybody is let in, whatever the password", where }] : []),
          ...stack.filter(({ file }) => file === where).flatMap((line) => strange(root, line, where)),
        ];
      });

    function strange(tree: Tree, { module, options }: PamLine, where: string): Finding[] {
      if (ELSEWHERE.test(options) && !isIntact(image, where))
        return [{ message: `${module} takes its settings from ${options}`, where }];
      if (RUNNERS.test(module.split("/").at(-1) ?? ""))
        return [{ message: `${module} runs a program`, where }];
      const places = module.startsWith("/") ? [module] : FOLDERS.map((folder) => `${folder}/${module}`);
      const found = places.filter((place) => tree.md5(place) !== undefined);
      const owned = ownedFiles(image);
      const foreign = found.filter((place) => !owned.has(owned.place(place)) && !isOwn(expected, place));
      return foreign.map((place) => ({ message: `uses ${place}, which no package owns`, where }));
    }
  },
};
