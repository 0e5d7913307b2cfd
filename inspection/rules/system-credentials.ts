import { contents } from "../contents";
import { type Finding, type Rule, rootOf } from "../rule";
import { filesBelow, NotInspectable } from "../tree";

/** systemd's credential folders (systemd.exec(5), LoadCredential; systemd 257, 2026-11). */
const STORES = ["/etc", "/usr/lib", "/usr/local/lib", "/run"].flatMap((folder) =>
  ["credstore", "credstore.encrypted"].map((name) => `${folder}/${name}`),
);
/**
 * systemd-stub(7): credentials, system extensions and configuration beside a unified kernel image, and for all of
 * them.
 */
const OF_STUB = /\.(cred|sysext\.raw|confext\.raw|raw)$/i;

export const systemCredentials: Rule = {
  id: "system-credentials",
  severity: "error",
  title: "No credentials for systemd",
  reason:
    "systemd takes passwords of root, keys and programs from them at every boot (passwd.hashed-password.root).",
  cure: "Remove the files from credstore and from the EFI system partition.",
  check(image) {
    const root = rootOf(image);
    const stored = STORES.flatMap((folder) => contents(root, folder)).map(({ path }): Finding => ({
      message: "a credential for systemd",
      where: path,
    }));
    const esp = image.esp instanceof NotInspectable ? [] : [...filesBelow(image.esp, "/")];
    const beside = esp
      .filter(({ path }) => OF_STUB.test(path))
      .map(({ path }) => ({ message: "the stub hands it to systemd at every boot", where: path }));
    return [...stored, ...beside];
  },
};
