import { contents } from "../contents";
import { isOwn } from "../own-files";
import { ownedFiles } from "../owned-files";
import { type Finding, type Rule, rootOf } from "../rule";

const CERTIFICATE = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----([^-]*)-----END (?:TRUSTED )?CERTIFICATE-----/g;
/** Folders of trusted certificates (update-ca-certificates(8), update-ca-trust(8)), and those that packages fill. */
const TRUSTED = ["/etc/ssl/certs", "/usr/local/share/ca-certificates", "/etc/pki/ca-trust/source/anchors"];
const SOURCES = ["/usr/share/ca-certificates"];
const BUNDLE = "/etc/ssl/certs/ca-certificates.crt";

export const certificates: Rule = {
  id: "certificates",
  severity: "error",
  title: "Programs trust only certificates of packages",
  reason:
    "Whoever has the key of an authority that the image trusts reads and changes whatever its users fetch by TLS.",
  cure: "Remove the certificate and run update-ca-certificates --fresh, or declare its file in ownFiles.",
  limits: "Authorities that are compiled into a program, or lie in a home; that of Java.",
  check(image, expected) {
    const root = rootOf(image);
    const owned = ownedFiles(image);
    const known = new Set<string>();
    for (const { path, data } of SOURCES.flatMap((folder) => contents(root, folder))) {
      if (owned.has(path) || isOwn(expected, path)) for (const each of certificatesIn(data)) known.add(each);
    }
    return TRUSTED.flatMap((folder) => contents(root, folder)).flatMap(({ path, data }): Finding[] => {
      if (owned.has(path) || isOwn(expected, path)) return [];
      const strange = certificatesIn(data).filter((each) => !known.has(each));
      if (strange.length === 0) return [];
      const what =
        path === BUNDLE ? `${strange.length} certificate(s) of no package` : "a certificate of no package";
      return [{ message: what, where: path }];
    });
  },
};

function certificatesIn(data: Buffer): string[] {
  return [...data.toString("latin1").matchAll(CERTIFICATE)].map(([, body = ""]) => body.replace(/\s+/g, ""));
}
