import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { loopbackCertificate } from "./arm/certificate";

/** System certificate bundles: Debian, Fedora, macOS. */
const SYSTEM_BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/cert.pem",
];

/**
 * The stand-in's certificate, created once, and settings that make clients trust it: Node takes an additional
 * certificate, others (Python's requests, curl, Go) take a bundle instead of the system's, so theirs contains both.
 */
export class Trust {
  readonly key: string;
  readonly certificate: string;
  private readonly extra: string;
  private readonly bundle: string;

  constructor(directory: string, environment: NodeJS.ProcessEnv = process.env) {
    const [keyFile, own] = [join(directory, "key.pem"), join(directory, "certificate.pem")];
    this.extra = join(directory, "extra.pem");
    this.bundle = join(directory, "bundle.pem");
    if (!existsSync(keyFile)) {
      const made = loopbackCertificate(new Date());
      writeFileSync(own, made.certificate);
      writeFileSync(keyFile, made.key, { mode: 0o600 });
    }
    this.key = readFileSync(keyFile, "utf8");
    this.certificate = readFileSync(own, "utf8");
    const first = (...files: (string | undefined)[]) =>
      files.find((file) => file && file !== this.bundle && file !== this.extra && existsSync(file));
    const [system, more] = [
      first(environment.SSL_CERT_FILE, ...SYSTEM_BUNDLES),
      first(environment.NODE_EXTRA_CA_CERTS),
    ];
    const others = system ? readFileSync(system, "utf8") : rootCertificates.join("\n");
    writeFileSync(this.bundle, `${others}\n${this.certificate}`);
    writeFileSync(this.extra, `${more ? readFileSync(more, "utf8") : ""}\n${this.certificate}`);
  }

  environment(): Record<string, string> {
    return {
      NODE_EXTRA_CA_CERTS: this.extra,
      REQUESTS_CA_BUNDLE: this.bundle,
      CURL_CA_BUNDLE: this.bundle,
      SSL_CERT_FILE: this.bundle,
    };
  }
}
