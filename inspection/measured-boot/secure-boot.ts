import { digestsOf, type Digests } from "../../facts/pcr";

export const SEVEN =
  "Secure Boot's state and keys are the firmware's variables: give them with --secure-boot-variables";

export const AUTHORITIES =
  "after the variables firmware extends it with the db entry that each program was verified with";
export const SHIM = "shim extends it with its own SBAT level and keys";

/** Content of the firmware's variables, as EFI signature lists; empty: not enrolled. */
export interface SecureBootVariables {
  PK: Buffer;
  KEK: Buffer;
  db: Buffer;
  dbx: Buffer;
}

/** GUIDs of the variables, as they are in memory (UEFI specification 2.10, 3.3 and 32.4.1). */
const GLOBAL = Buffer.from("61dfe48bca93d211aa0d00e098032b8c", "hex");
const IMAGE_SECURITY = Buffer.from("cbb219d73a3d9645a3bcdad00e67656f", "hex");

/** A variable as firmware measures it: UEFI_VARIABLE_DATA (TCG PC Client Platform Firmware Profile 1.06, 10.2.6). */
function variable(guid: Buffer, name: string, content: Buffer): Digests {
  const lengths = Buffer.alloc(16);
  lengths.writeBigUInt64LE(BigInt(name.length), 0);
  lengths.writeBigUInt64LE(BigInt(content.length), 8);
  return digestsOf(guid, lengths, Buffer.from(name, "utf16le"), content);
}

/**
 * PCR 7 up to its separator: whether Secure Boot is on (a PK is enrolled), and the variables. With Secure Boot on the `db` entries that
 * verified a program follow, which are not predicted here (TCG profile 1.06, 3.3.4.8; edk2, DxeTpm2MeasureBootLib, 2026-11).
 */
export function secureBootPolicy({ PK, KEK, db, dbx }: SecureBootVariables): Digests[] {
  const isOn = PK.length > 0;
  return [
    variable(GLOBAL, "SecureBoot", Buffer.from([isOn ? 1 : 0])),
    variable(GLOBAL, "PK", PK),
    variable(GLOBAL, "KEK", KEK),
    variable(IMAGE_SECURITY, "db", db),
    variable(IMAGE_SECURITY, "dbx", dbx),
    digestsOf(Buffer.alloc(4)),
  ];
}
