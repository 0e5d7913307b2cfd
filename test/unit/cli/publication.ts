import { generateKeyPairSync, type KeyObject } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { digestsOf } from "../../../config/disk-digests";
import { MIB } from "../../../facts/units";
import { type ImageFile, readImageFile, writeImageFile } from "../../../config/image-file";
import { ESP_TYPE } from "../../../disk/partition-types";
import { statementOf } from "../../../provider/record";
import { noticeOf as withdrawalOf } from "../../../provider/withdrawal-notice";
import { keyFileSigner, signNotice, signStatement, type Signing } from "../../../trust/sign";
import type { ObjectFacts } from "../../../trust/object-facts";
import type { Statement } from "../../../trust/statement";
import { makeGpt } from "../disk/make-gpt";
import { runCli } from "./run-cli";

export const SECTORS = (8 * MIB) / 512;
const ROOT_TYPE = "4f68bce3-e8cd-4db1-96e7-fbcaf984b709";

export interface Publication {
  /** The raw disk, `demo.raw` in the folder. */
  readonly bytes: Buffer;
  readonly publicKey: KeyObject;
  /** The signed notice that a release of this disk is withdrawn, as text. */
  readonly noticeOf: (version: string, reason?: string) => Promise<string>;
  /** A signed record of the same disk, as text. */
  readonly recordOf: (
    version: string,
    objects?: ObjectFacts[],
    signing?: Signing,
    edit?: (statement: Statement) => void,
  ) => Promise<string>;
}

/**
 * A disk of two partitions in the folder, inspected as demo 1.0, and the signers of its records: `publisher.pem` is
 * the key.
 */
export async function publishIn(folder: string): Promise<Publication> {
  const at = (name: string) => path.join(folder, name);
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const signer = keyFileSigner(privateKey.export({ format: "pem", type: "pkcs8" }), "release.pem");
  const guid = "00000000-0000-0000-0000-00000000000";
  const bytes = makeGpt(SECTORS, [
    { typeGuid: ESP_TYPE, guid: `${guid}1`, name: "esp", first: 2048, last: 4095 },
    { typeGuid: ROOT_TYPE, guid: `${guid}2`, name: "root", first: 4096, last: SECTORS - 100 },
  ]);
  bytes.fill(7, 4 * MIB, 5 * MIB);
  fs.writeFileSync(at("demo.raw"), bytes);
  fs.writeFileSync(at("publisher.pem"), publicKey.export({ format: "pem", type: "spki" }));
  const inspected = ["inspect", at("demo.raw"), "--product", "demo", "--version", "1.0", "--block-map"];
  expect(await runCli(inspected)).toMatchObject({ code: 0 });
  const { imageFile } = readImageFile(fs.readFileSync(at("1.0.json"), "utf8"), "1.0.json");

  const recordOf: Publication["recordOf"] = async (
    version,
    objects = [],
    { signer: by, witnesses } = { signer },
    edit = () => {},
  ) => {
    const facts = { product: "demo", publisher: "Example", provenance: { basedOn: "Debian 13" } };
    const described = JSON.parse(writeImageFile({ ...imageFile!, version })) as ImageFile;
    const more = { imageFile: described, configDigest: "0".repeat(64), folder: "records", objects };
    const statement = statementOf({ version, ...facts, ...more }, new Date(0));
    edit(statement);
    return signStatement(statement, by, witnesses);
  };
  const noticeOf: Publication["noticeOf"] = async (version, reason) => {
    const disks = Object.values(imageFile!.images).map((image) => ({
      file: image.file,
      ...digestsOf(image),
    }));
    const options = { product: "demo", version, publisher: "Example", folder: "records", disks };
    const notice = withdrawalOf(
      { ...options, ...(reason !== undefined && { reason }) },
      "2026-11-21T10:00:00.000Z",
    );
    return signNotice(notice, signer);
  };
  return { bytes, publicKey, recordOf, noticeOf };
}
