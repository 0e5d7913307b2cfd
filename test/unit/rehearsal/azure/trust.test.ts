import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loopbackCertificate } from "../../../../rehearsal/azure/arm/certificate";
import { Trust } from "../../../../rehearsal/azure/trust";

test("the certificate is for loopback, signed by itself, and valid today", () => {
  const made = new X509Certificate(loopbackCertificate(new Date()).certificate);
  expect([made.checkIP("127.0.0.1"), made.checkHost("localhost")]).toEqual(["127.0.0.1", "localhost"]);
  expect([made.ca, made.verify(made.publicKey), made.subject]).toEqual([true, true, made.issuer]);
  expect(Date.parse(made.validFrom)).toBeLessThan(Date.now());
  expect(Date.parse(made.validTo)).toBeGreaterThan(Date.now() + 9 * 365 * 24 * 3600 * 1000);
});

test("clients go on trusting what they trusted before, and the certificate stays over a restart", () => {
  const directory = mkdtempSync(join(tmpdir(), "trust-"));
  try {
    const [system, company] = [join(directory, "system"), join(directory, "company")];
    writeFileSync(system, "SYSTEM");
    writeFileSync(company, "COMPANY");
    const environment = { SSL_CERT_FILE: system, NODE_EXTRA_CA_CERTS: company };
    const trust = new Trust(directory, environment);
    const read = (name: string) => readFileSync(trust.environment()[name] ?? "", "utf8");
    expect(read("SSL_CERT_FILE")).toBe(`SYSTEM\n${trust.certificate}`);
    expect(read("NODE_EXTRA_CA_CERTS")).toBe(`COMPANY\n${trust.certificate}`);
    // Started again from a shell with the rehearsal's environment: it recognises its own files.
    const again = new Trust(directory, { ...environment, ...trust.environment() });
    expect(again.certificate).toBe(trust.certificate);
    expect(read("SSL_CERT_FILE")).not.toContain(`${trust.certificate}\n${trust.certificate}`);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
