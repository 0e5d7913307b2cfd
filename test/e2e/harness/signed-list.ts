import { execFileSync } from "node:child_process";
import fs from "node:fs";

/** User ID of the builder's OpenPGP key, in lists that {@link signedList} signs. */
export const BUILDER = "Builder <builder@example.org>";

/**
 * `SHA512SUMS` of the disks in a folder, as a builder signs it.
 *
 * @returns the options with which `imprimatur inspect` trusts it
 */
export async function signedList(folder: string, disks: string[]): Promise<string[]> {
  const { createMessage, generateKey, readPrivateKey, sign } = await import("openpgp");
  const list = execFileSync("sha512sum", disks, { cwd: folder, encoding: "utf8" });
  const [, name = "", email = ""] = /^(.+) <(.+)>$/.exec(BUILDER) ?? [];
  const { privateKey, publicKey } = await generateKey({ userIDs: [{ name, email }], format: "armored" });
  const signature = (await sign({
    message: await createMessage({ binary: Buffer.from(list) }),
    signingKeys: await readPrivateKey({ armoredKey: privateKey }),
    detached: true,
    format: "armored",
  })) as string;
  const files = {
    sums: ["SHA512SUMS", list],
    signature: ["SHA512SUMS.sign", signature],
    keyring: ["builder.asc", publicKey],
  } as const;
  return Object.entries(files).flatMap(([option, [file, text]]) => {
    fs.writeFileSync(`${folder}/${file}`, text);
    return [`--${option}`, `${folder}/${file}`];
  });
}
