import { createHash, generateKeyPairSync, type KeyPairKeyObjectResult } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import {
  fulcioHandler,
  initializeCA,
  initializeCTLog,
  initializeTLog,
  initializeTSA,
  rekorHandler,
  tsaHandler,
} from "@sigstore/mock";

type Handler = ReturnType<typeof rekorHandler>;

export const CERTIFICATES = "/api/v2/signingCert";
export const ENTRIES = "/api/v1/log/entries";
export const ENTRIES_V2 = "/api/v2/log/entries";
export const TIMESTAMPS = "/api/v1/timestamp";

/** Fulcio and Rekor of `@sigstore/mock` behind one loopback port, and the trusted root that a user would get. */
export class Sigstore {
  /** Paths of all requests. */
  readonly requests: string[] = [];
  /** Responses that replace the next one to a path. */
  readonly refusals = new Map<string, { status: number; message: string }>();

  private constructor(
    private readonly server: http.Server,
    private handlers: readonly Handler[],
    /** JSON text of a `trusted_root.json`. */
    readonly trustedRoot: string,
  ) {}

  static async start(): Promise<Sigstore> {
    const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
      Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
    const keys = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
    const [authority, witness, log, clock] = [keys(), keys(), keys(), keys()];
    const ctLog = await initializeCTLog(witness);
    const ca = await initializeCA(authority, ctLog);
    // Rekor's checkpoints begin with its host.
    const tlog = await initializeTLog("https://rekor.example.org", log);
    // Whole seconds: the mock leaves out zeros at the end of a fraction, as DER requires, and `@sigstore/core` cannot
    // read such a fraction.
    const tsa = Object.assign(await initializeTSA(clock), {
      getCurrentTime: () => new Date(Math.floor(Date.now() / 1000) * 1000),
    });
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const root = trustedRoot(
      bytes(ca.rootCertificate),
      [tsa.intCertificate, tsa.rootCertificate].map(bytes),
      witness,
      log,
    );
    const sigstore = new Sigstore(server, [fulcioHandler(ca), rekorHandler(tlog), tsaHandler(tsa)], root);
    server.on("request", (request, response) => void sigstore.answer(request, response));
    return sigstore;
  }

  get services() {
    const url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return { fulcioUrl: url, rekorUrl: url, rekorVersion: 1 } as const;
  }

  /** The same with a log that gives no time, and a timestamp authority that does. */
  get servicesOfVersion2() {
    const { fulcioUrl, rekorUrl } = this.services;
    return { fulcioUrl, rekorUrl, rekorVersion: 2, tsaUrl: fulcioUrl } as const;
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
    const isV2 = path === ENTRIES_V2;
    const handler = this.handlers.find((each) => each.path === (isV2 ? ENTRIES : path));
    if (refusal || !handler) {
      response.writeHead(refusal?.status ?? 404, { "content-type": "application/json" });
      response.end(JSON.stringify({ message: refusal?.message ?? "no such path" }));
      return;
    }
    const body = Buffer.concat(chunks).toString("utf8");
    const answer = await handler.fn(isV2 ? entryForV2(body) : path === ENTRIES ? entryFor(body) : body);
    response.writeHead(answer.statusCode, { "content-type": answer.contentType ?? "text/plain" });
    response.end(isV2 ? answerOfV2(answer.response as string) : answer.response);
  }
}

/**
 * Rekor's entry for an envelope: digests and signatures, not the envelope. The mock enters the request as it is.
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

/** The entry of version 2: github.com/sigstore/protobuf-specs/blob/main/protos/rekor/v2/dsse.proto, read 2026-11. */
function entryForV2(request: string): string {
  const { dsseRequestV002 } = JSON.parse(request) as {
    dsseRequestV002: {
      envelope: { payload: string; signatures: { sig: string }[] };
      verifiers: object[];
    };
  };
  const { envelope, verifiers } = dsseRequestV002;
  const digest = createHash("sha256").update(Buffer.from(envelope.payload, "base64")).digest("base64");
  const signatures = envelope.signatures.map(({ sig }, at) => ({ content: sig, verifier: verifiers[at] }));
  const dsseV002 = { payloadHash: { algorithm: "SHA2_256", digest }, signatures };
  return JSON.stringify({ apiVersion: "0.0.2", kind: "dsse", spec: { dsseV002 } });
}

/** The mock's own response of version 2 gives a log index that its proof does not prove. */
function answerOfV2(answer: string): string {
  type Proof = { rootHash: string; checkpoint: string };
  type Entry = { body: string; logID: string; verification: { inclusionProof: Proof } };
  const [entry] = Object.values(JSON.parse(answer) as Record<string, Entry>);
  const { body, logID, verification } = entry!;
  const { rootHash, checkpoint } = verification.inclusionProof;
  const base64 = (hex: string) => Buffer.from(hex, "hex").toString("base64");
  return JSON.stringify({
    logIndex: "0",
    logId: { keyId: base64(logID) },
    kindVersion: { kind: "dsse", version: "0.0.2" },
    integratedTime: "0",
    inclusionProof: {
      logIndex: "0",
      treeSize: "1",
      rootHash: base64(rootHash),
      hashes: [],
      checkpoint: { envelope: checkpoint },
    },
    canonicalizedBody: body,
  });
}

function trustedRoot(
  root: Buffer,
  timestamps: readonly Buffer[],
  ctLog: KeyPairKeyObjectResult,
  rekor: KeyPairKeyObjectResult,
): string {
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
    timestampAuthorities: [
      {
        subject: { organization: "sigstore.mock", commonName: "tsa" },
        uri: "https://timestamp.example.org",
        certChain: { certificates: timestamps.map((each) => ({ rawBytes: each.toString("base64") })) },
        validFor,
      },
    ],
  });
}

/** An OIDC token with the parts that a client reads. */
export function idToken(claims: Record<string, unknown>): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + 600;
  return [part({ alg: "ES256", typ: "JWT" }), part({ aud: "sigstore", exp, ...claims }), "c2lnbmF0dXJl"].join(
    ".",
  );
}
