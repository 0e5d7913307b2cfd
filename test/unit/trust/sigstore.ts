import { createHash, generateKeyPairSync, type KeyPairKeyObjectResult } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { fulcioHandler, initializeCA, initializeCTLog, initializeTLog, rekorHandler } from "@sigstore/mock";

type Handler = ReturnType<typeof rekorHandler>;

export const CERTIFICATES = "/api/v2/signingCert";
export const ENTRIES = "/api/v1/log/entries";

/** Fulcio and Rekor of `@sigstore/mock` behind one loopback port, and the trusted root that a user would be given. */
export class Sigstore {
  /** Paths that were asked for. */
  readonly requests: string[] = [];
  /** Answers in place of the next one to this path. */
  readonly refusals = new Map<string, { status: number; message: string }>();

  private constructor(
    private readonly server: http.Server,
    private handlers: readonly Handler[],
    /** JSON text of a `trusted_root.json`. */
    readonly trustedRoot: string,
  ) {}

  static async start(): Promise<Sigstore> {
    const keys = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
    const [authority, witness, log] = [keys(), keys(), keys()];
    const ctLog = await initializeCTLog(witness);
    const ca = await initializeCA(authority, ctLog);
    // Rekor's checkpoints begin with its host.
    const tlog = await initializeTLog("https://rekor.example.org", log);
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const root = trustedRoot(Buffer.from(ca.rootCertificate.buffer), witness, log);
    const sigstore = new Sigstore(server, [fulcioHandler(ca), rekorHandler(tlog)], root);
    server.on("request", (request, response) => void sigstore.answer(request, response));
    return sigstore;
  }

  get services(): { fulcioUrl: string; rekorUrl: string } {
    const url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return { fulcioUrl: url, rekorUrl: url };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const path = request.url ?? "";
    this.requests.push(path);
    const refusal = this.refusals.get(path);
    this.refusals.delete(path);
    const handler = this.handlers.find((each) => each.path === path);
    if (refusal || !handler) {
      response.writeHead(refusal?.status ?? 404, { "content-type": "application/json" });
      response.end(JSON.stringify({ message: refusal?.message ?? "no such path" }));
      return;
    }
    const body = Buffer.concat(chunks).toString("utf8");
    const answer = await handler.fn(path === ENTRIES ? entryFor(body) : body);
    response.writeHead(answer.statusCode, { "content-type": answer.contentType ?? "text/plain" });
    response.end(answer.response);
  }
}

/**
 * What Rekor enters for an envelope: digests and signatures, not the envelope. The mock enters what it is sent.
 * github.com/sigstore/rekor/blob/main/pkg/types/dsse/v0.0.1/dsse_v0_0_1_schema.json, read 2026-11.
 */
function entryFor(proposal: string): string {
  const { spec } = JSON.parse(proposal) as {
    spec: { proposedContent: { envelope: string; verifiers: string[] } };
  };
  const { envelope, verifiers } = spec.proposedContent;
  const { payload, signatures } = JSON.parse(envelope) as { payload: string; signatures: { sig: string }[] };
  const hash = (data: string | Buffer) => ({
    algorithm: "sha256",
    value: createHash("sha256").update(data).digest("hex"),
  });
  return JSON.stringify({
    apiVersion: "0.0.1",
    kind: "dsse",
    spec: {
      envelopeHash: hash(envelope),
      payloadHash: hash(Buffer.from(payload, "base64")),
      signatures: signatures.map(({ sig }, index) => ({ signature: sig, verifier: verifiers[index] })),
    },
  });
}

function trustedRoot(root: Buffer, ctLog: KeyPairKeyObjectResult, rekor: KeyPairKeyObjectResult): string {
  const validFor = { start: "2020-01-01T00:00:00Z" };
  const log = ({ publicKey }: KeyPairKeyObjectResult, baseUrl: string) => {
    const rawBytes = publicKey.export({ format: "der", type: "spki" });
    const publicHalf = {
      rawBytes: rawBytes.toString("base64"),
      keyDetails: "PKIX_ECDSA_P256_SHA_256",
      validFor,
    };
    const keyId = createHash("sha256").update(rawBytes).digest("base64");
    return { baseUrl, hashAlgorithm: "SHA2_256", publicKey: publicHalf, logId: { keyId } };
  };
  return JSON.stringify({
    mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
    tlogs: [log(rekor, "https://rekor.example.org")],
    certificateAuthorities: [
      {
        subject: { organization: "sigstore.mock", commonName: "sigstore" },
        uri: "https://fulcio.example.org",
        certChain: { certificates: [{ rawBytes: root.toString("base64") }] },
        validFor,
      },
    ],
    ctlogs: [log(ctLog, "https://ctfe.example.org")],
    timestampAuthorities: [],
  });
}

/** An OIDC token as far as a client looks at one. */
export function idToken(claims: Record<string, unknown>): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + 600;
  return [part({ alg: "ES256", typ: "JWT" }), part({ aud: "sigstore", exp, ...claims }), "c2lnbmF0dXJl"].join(
    ".",
  );
}
