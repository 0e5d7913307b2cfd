import { generateKeyPairSync, randomInt } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { BLOCK_SIZE, MIB } from "../../../facts/units";
import { readImageFile } from "../../../config/image-file";
import { ESP_TYPE } from "../../../disk/partition-types";
import { statementOf } from "../../../provider/record";
import { keyFileSigner, signStatement } from "../../../trust/sign";
import { verifyRecord } from "../../../trust/verify";
import { runCli } from "../cli/run-cli";
import { makeGpt } from "../disk/make-gpt";
import { temporaryFolder } from "../disk/sparse-file";

/*
 * One bit at a random place, different on each run; a failure names the place. Random places find unforeseen cases: a
 * byte that no parser reads, an encoding with two forms.
 */
const TRIES = 200;
const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);

const KEYS = {
  ed25519: generateKeyPairSync("ed25519"),
  "ECDSA P-256": generateKeyPairSync("ec", { namedCurve: "prime256v1" }),
};
const SECTORS = (8 * MIB) / 512;
const ROOT_X86_64 = "4f68bce3-e8cd-4db1-96e7-fbcaf984b709";
const disk = makeGpt(SECTORS, [
  { typeGuid: ESP_TYPE, guid: "00000000-0000-0000-0000-000000000001", name: "esp", first: 2048, last: 4095 },
  {
    ...{ typeGuid: ROOT_X86_64, guid: "00000000-0000-0000-0000-000000000002", name: "root" },
    ...{ first: 4096, last: SECTORS - 100 },
  },
]);

interface Bundle {
  dsseEnvelope: { payload: string; signatures: { sig: string }[] };
}

beforeAll(async () => {
  disk.fill(7, 4 * MIB, 5 * MIB);
  fs.writeFileSync(at("demo.raw"), disk);
  const inspected = ["inspect", at("demo.raw"), "--product", "demo", "--version", "1.0", "--block-map"];
  expect(await runCli(inspected)).toMatchObject({ code: 0 });
});

async function recordBy({ privateKey }: (typeof KEYS)["ed25519"]): Promise<string> {
  const { imageFile } = readImageFile(fs.readFileSync(at("1.0.json"), "utf8"), "1.0.json");
  const statement = statementOf(
    {
      ...{ version: "1.0", product: "demo", publisher: "Example", provenance: "official" },
      ...{ imageFile: imageFile!, configDigest: "0".repeat(64), folder: "records", objects: [] },
    },
    new Date(0),
  );
  return signStatement(
    statement,
    keyFileSigner(privateKey.export({ format: "pem", type: "pkcs8" }), "release.pem"),
  );
}

const publicOf = ({ publicKey }: (typeof KEYS)["ed25519"]) =>
  publicKey.export({ format: "pem", type: "spki" }).toString();

/** The bytes with one bit inverted, and its number. */
function turned(bytes: Buffer): { bytes: Buffer; bit: number } {
  const bit = randomInt(bytes.length * 8);
  const copy = Buffer.from(bytes);
  copy[bit >> 3] = copy[bit >> 3]! ^ (1 << (bit & 7));
  return { bytes: copy, bit };
}

describe.each(Object.entries(KEYS))("a bundle signed with %s", (_name, keys) => {
  test.each<{ part: string; place: (bundle: Bundle) => [get: string, set: (text: string) => void] }>([
    {
      part: "payload",
      place: ({ dsseEnvelope: envelope }) => [envelope.payload, (text) => (envelope.payload = text)],
    },
    {
      part: "signature",
      place: ({ dsseEnvelope: { signatures } }) => [
        signatures[0]!.sig,
        (text) => (signatures[0]!.sig = text),
      ],
    },
  ])("proves nothing once a bit of its $part has turned", async ({ place }) => {
    const record = await recordBy(keys);
    expect(() => verifyRecord(record, "r.json", [publicOf(keys)])).not.toThrow();
    for (let tries = 0; tries < TRIES; tries++) {
      const bundle = JSON.parse(record) as Bundle;
      const [text, set] = place(bundle);
      const { bytes, bit } = turned(Buffer.from(text, "base64"));
      set(bytes.toString("base64"));
      const accepted = () => verifyRecord(JSON.stringify(bundle), "r.json", [publicOf(keys)]);
      expect({ bit, refused: refusalOf(accepted) }).toEqual({
        bit,
        refused: expect.stringContaining("r.json: the signature does not fit") as string,
      });
    }
  });
});

test("a disk with one bit turned is not genuine, and the block of 512 KiB is named", async () => {
  fs.writeFileSync(at("record.json"), await recordBy(KEYS.ed25519));
  fs.writeFileSync(at("publisher.pem"), publicOf(KEYS.ed25519));
  for (let tries = 0; tries < 25; tries++) {
    const { bytes, bit } = turned(disk);
    fs.writeFileSync(at("turned.raw"), bytes);
    const trusting = ["--record", at("record.json"), "--key", at("publisher.pem")];
    const asked = ["verify", "disk", at("turned.raw"), ...trusting, "--json"];
    const { code, out } = await runCli([...asked, "--block-map", at("demo.raw.blockmap")]);
    const start = Math.floor((bit >> 3) / BLOCK_SIZE) * BLOCK_SIZE;
    const { answer, differences } = JSON.parse(out) as { answer: string; differences: object[] };
    expect({ bit, code, answer, differences }).toMatchObject({
      ...{ bit, code: 3, answer: "not-genuine" },
      differences: [{ start, end: start + BLOCK_SIZE }],
    });
  }
});

function refusalOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
