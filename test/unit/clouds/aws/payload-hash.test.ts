import { createHash } from "node:crypto";
import { EBSClient } from "@aws-sdk/client-ebs";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { AdaptiveLimit } from "../../../../clouds/adaptive-limit";
import { putSnapshotBlock } from "../../../../clouds/aws/api/blocks";
import { openSession } from "../../../../clouds/aws/api/session";
import { Sha256 } from "../../../../clouds/aws/api/sha256";
import { BLOCK_SIZE } from "../../../../facts/units";

const REGION = "eu-central-1";
const CREDENTIALS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };

interface Sent {
  method: string;
  protocol: string;
  hostname: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** Bytes that the client's own signer hashed. */
let hashed = 0;

class CountingSha256 extends Sha256 {
  override update(data: Parameters<Sha256["update"]>[0]): void {
    hashed += Buffer.byteLength(data as Uint8Array);
    super.update(data);
  }
}

/** The request that is sent for a block. */
async function sentFor(data: Buffer): Promise<Sent> {
  const sent: Sent[] = [];
  const ebs = new EBSClient({
    region: REGION,
    endpoint: "https://ebs.example",
    credentials: CREDENTIALS,
    sha256: CountingSha256,
    maxAttempts: 1,
    requestHandler: {
      handle: (request: unknown) => {
        sent.push(request as Sent);
        return Promise.resolve({
          response: { statusCode: 201, headers: {}, body: new Uint8Array() } as never,
        });
      },
    },
  });
  const signal = new AbortController().signal;
  const session = openSession(REGION, signal);
  const sha256 = createHash("sha256").update(data).digest();
  const block = { index: 1, data, sha256 };
  await putSnapshotBlock(
    { ...session, clients: { ...session.clients, ebs }, limit: new AdaptiveLimit() },
    "snap-1",
    block,
    signal,
  );
  return sent[0]!;
}

test("a block is signed with its known digest as a signer signs it that hashes the body itself", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 4096 }), async (bytes) => {
      const sent = await sentFor(Buffer.from(bytes));
      const hash = createHash("sha256").update(sent.body).digest("hex");
      expect(sent.headers["x-amz-content-sha256"]).toBe(hash);

      const { authorization, ...headers } = sent.headers;
      delete headers["x-amz-content-sha256"];
      const date = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(headers["x-amz-date"]!)!;
      const [, year, month, day, hour, minute, second] = date;
      const slow = await new SignatureV4({
        service: "ebs",
        region: REGION,
        credentials: CREDENTIALS,
        sha256: Sha256,
      }).sign(
        { ...sent, headers },
        { signingDate: new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) },
      );
      expect(slow.headers.authorization).toBe(authorization);
    }),
    { numRuns: 20 },
  );
});

test("the signer hashes its own lines, and not the block", async () => {
  hashed = 0;
  await sentFor(Buffer.alloc(BLOCK_SIZE, "x"));
  expect(hashed).toBeGreaterThan(0);
  expect(hashed).toBeLessThan(BLOCK_SIZE / 100);
});
