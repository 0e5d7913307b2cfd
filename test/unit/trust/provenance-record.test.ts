import { readFileSync } from "node:fs";
import path from "node:path";
import { findObject, readRecords } from "../../../trust/records";
import { PREDICATE_TYPE } from "../../../trust/statement";

/**
 * Signed by the code from before a publication had its own predicate type, in the bundle of version 0.1.0, whose
 * envelope names the key.
 */
const FOLDER = path.join(__dirname, "../../fixtures/record-0.1.0");
const file = path.join(FOLDER, "20261120.0.sigstore.json");

interface Bundle {
  dsseEnvelope: { payload: string; signatures: { keyid?: string }[] };
}

test("a record that is SLSA provenance, as version 0.1.0 signed it, still counts and says what it said", () => {
  const { payload, signatures } = (JSON.parse(readFileSync(file, "utf8")) as Bundle).dsseEnvelope;
  expect(Buffer.from(payload, "base64").toString()).toContain(
    '"predicateType":"https://slsa.dev/provenance/v1"',
  );
  expect(signatures).toMatchObject([{ keyid: expect.any(String) as string }]);

  const records = readRecords(file, [readFileSync(path.join(FOLDER, "publisher.pem"), "utf8")]);
  const found = findObject(records, ({ id }) => id === "ami-0123456789abcdef0");
  expect(found?.facts).toMatchObject({ cloud: "aws", region: "eu-central-1", proof: "bytes" });
  const { statement } = found!.record;
  expect(statement).toMatchObject({
    predicateType: PREDICATE_TYPE,
    predicate: { version: "20261120.0", publisher: "Example", finishedOn: "2026-11-20T12:00:00.000Z" },
  });
  expect(statement.subject.map((each) => ("uri" in each ? each.uri : each.name))).toEqual([
    expect.stringMatching(/\.raw$/),
    "aws:ec2:eu-central-1:123456789012:image/ami-0123456789abcdef0",
    "aws:ec2:eu-central-1:123456789012:snapshot/snap-0123456789abcdef0",
    "gcp:compute:projects/rehearsal-publisher/global/images/upgrade-x86-64-20261120-0",
  ]);
});
