import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { loopbackCertificate } from "./arm/certificate";

/** Where systems keep the certificates that everybody trusts: Debian, Fedora, macOS. */
const SYSTEM_BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/cert.pem",
];

/**
 * The stand-in's certificate, made once, and what makes clients trust it: Node takes one certificate more, the others
 * (Python's requests, curl, Go) take a whole bundle in place of the system's, so theirs holds both.
 */
export class Trust {
  readonly key: string;
  readonly certificate: string;
  private readonly own: string;
  private readonly bundle: string;

  constructor(directory: string) {
    this.own = join(directory, "certificate.pem");
    this.bundle = join(directory, "bundle.pem");
    const keyFile = join(directory, "key.pem");
    if (!existsSync(keyFile)) {
      const made = loopbackCertificate(new Date());
      writeFileSync(this.own, made.certificate);
      writeFileSync(keyFile, made.key, { mode: 0o600 });
    }
    this.key = readFileSync(keyFile, "utf8");
    this.certificate = readFileSync(this.own, "utf8");
    const system = [process.env.SSL_CERT_FILE ?? "", ...SYSTEM_BUNDLES].find(
      (file) => file !== this.bundle && existsSync(file),
    );
    const others = system ? readFileSync(system, "utf8") : rootCertificates.join("\n");
    writeFileSync(this.bundle, `${others}\n${this.certificate}`);
  }

  environment(): Record<string, string> {
    return {
      NODE_EXTRA_CA_CERTS: this.own,
      REQUESTS_CA_BUNDLE: this.bundle,
      CURL_CA_BUNDLE: this.bundle,
      SSL_CERT_FILE: this.bundle,
    };
  }
}
