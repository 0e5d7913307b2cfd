import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { KeyOptions, PrivateKey } from "openpgp" with { "resolution-mode": "import" };
import { run } from "../../cli/main";
import { makeGpt } from "../unit/disk/make-gpt";
import { judgeWith } from "./harness/judge";

const LIST = `${"a".repeat(128)}  other.raw\n`;
const DAY = 86_400;
const LONG_AGO = new Date("2024-05-01T12:00:00Z");
/** Keys are older than their signatures: within the same second a judge may say that the key did not exist yet. */
const YESTERDAY = new Date(Date.now() - DAY * 1000);

interface Row {
  what: string;
  /** Options of the builder's key. */
  key?: Partial<KeyOptions>;
  /** The signing key, if it is not the builder's. */
  signer?: (builder: PrivateKey) => Promise<PrivateKey>;
  signedOn?: Date;
  asText?: boolean;
  spoil?: (list: Buffer, signature: Buffer) => void;
  accepted: boolean;
}

const turn = (bytes: Buffer, at: number) => void (bytes[at] = bytes[at]! ^ 1);

const ROWS: Row[] = [
  { what: "a good signature", accepted: true },
  { what: "a good one by an RSA key", key: { type: "rsa", rsaBits: 2048 }, accepted: true },
  { what: "a good one by a NIST P-256 key", key: { type: "ecc", curve: "nistP256" }, accepted: true },
  { what: "a good one by a subkey", key: { subkeys: [{ sign: true }] }, accepted: true },
  { what: "a good one of the list as text", asText: true, accepted: true },
  {
    what: "one that was made while the key was valid, which it is no longer",
    key: { date: LONG_AGO, keyExpirationTime: 10 * DAY },
    signedOn: new Date(LONG_AGO.getTime() + DAY * 1000),
    accepted: true,
  },
  { what: "a list of which one bit has turned", spoil: (list) => turn(list, 3), accepted: false },
  {
    what: "a list with a line more",
    spoil: (list) => void list.write(`${"b".repeat(10)}`, 20),
    accepted: false,
  },
  {
    what: "a signature of which one bit has turned",
    spoil: (_list, signature) => turn(signature, signature.length - 5),
    accepted: false,
  },
  {
    what: "a signature by a key that is not in the keyring",
    signer: async () => keyOf({}),
    accepted: false,
  },
  {
    what: "a signature by a key that only bears the same name",
    signer: async (builder) => keyOf({ userIDs: [{ name: builder.getUserIDs()[0]! }] }),
    accepted: false,
  },
];

async function keyOf(options: Partial<KeyOptions>): Promise<PrivateKey> {
  const { generateKey, readPrivateKey } = await import("openpgp");
  const { privateKey } = await generateKey({
    ...{ userIDs: [{ name: "Builder" }], type: "ecc", curve: "ed25519Legacy", date: YESTERDAY, ...options },
    format: "armored",
  } as KeyOptions & { format: "armored" });
  return readPrivateKey({ armoredKey: privateKey });
}

interface Case {
  list: string;
  signature: string;
  keyring: string;
}

/** The files of a row in their own folder, as a builder would leave them, signed by the key that the row gives. */
async function filesOf(row: Row, folder: string): Promise<Case> {
  const { createMessage, sign } = await import("openpgp");
  const builder = await keyOf(row.key ?? {});
  const signer = (await row.signer?.(builder)) ?? builder;
  const list = Buffer.from(LIST);
  const made = (await sign({
    message: await (row.asText ? createMessage({ text: LIST }) : createMessage({ binary: list })),
    signingKeys: signer,
    detached: true,
    format: "binary",
    ...(row.signedOn && { date: row.signedOn }),
  })) as Uint8Array;
  const signature = Buffer.from(made);
  row.spoil?.(list, signature);
  const at = (name: string) => path.join(folder, name);
  fs.mkdirSync(folder);
  fs.writeFileSync(at("SHA512SUMS"), list);
  fs.writeFileSync(at("SHA512SUMS.sign"), signature);
  fs.writeFileSync(at("keyring.gpg"), builder.toPublic().write());
  return { list: at("SHA512SUMS"), signature: at("SHA512SUMS.sign"), keyring: at("keyring.gpg") };
}

/**
 * The verdict of `imprimatur inspect` on the signature: the disk is not in the list, so an accepted one is refused
 * for that.
 */
async function inspected({ list, signature, keyring }: Case, disk: string): Promise<boolean> {
  const said: string[] = [];
  const trust = ["--sums", list, "--signature", signature, "--keyring", keyring];
  const named = ["--product", "demo", "--version", "1"];
  await run(["inspect", disk, ...named, ...trust], {
    out: () => undefined,
    err: (text) => void said.push(text),
    interactive: false,
  });
  const text = said.join("");
  const accepted = text.includes("no digest of disk.raw in it");
  if (!accepted && !text.includes("no valid signature")) throw new Error(text);
  return accepted;
}

const judges = {
  gpgv: ({ list, signature, keyring }: Case) => ["gpgv", "--keyring", keyring, signature, list],
  sqv: ({ list, signature, keyring }: Case) => ["sqv", "--keyring", keyring, signature, list],
};

describe("a signed list of disks", () => {
  let folder: string;
  const made = new Map<Row, Promise<Case>>();
  /** Created once, for all judges. */
  const caseOf = (row: Row): Promise<Case> => {
    const known = made.get(row) ?? filesOf(row, path.join(folder, String(made.size)));
    made.set(row, known);
    return known;
  };
  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-openpgp-"));
    fs.writeFileSync(path.join(folder, "disk.raw"), makeGpt(65536, []));
  });
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  for (const [judge, commandOf] of Object.entries(judges)) {
    for (const row of ROWS) {
      judgeWith(
        judge,
        [judge, "--version"],
        `apt-get install ${judge}`,
      )(`${judge} and inspect ${row.accepted ? "accept" : "refuse"} ${row.what}`, async () => {
        const files = await caseOf(row);
        const [command = "", ...args] = commandOf(files);
        const judged = spawnSync(command, args, { encoding: "utf8" });
        const ours = await inspected(files, path.join(folder, "disk.raw"));
        expect({ ours, judge: judged.status === 0, said: judged.stderr }).toEqual({
          ours: row.accepted,
          judge: row.accepted,
          said: judged.stderr,
        });
      });
    }
  }
});
