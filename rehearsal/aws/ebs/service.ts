import type { Call } from "../call";
import { AwsError } from "../protocol/errors";
import type { RawRequest } from "../protocol/request";
import { decode } from "../protocol/sigv4";
import { failure, type Answer, type Service } from "../service";
import { invalid, invalidSnapshotId, malformed } from "./errors";
import { json } from "./json";
import { getBlock, listBlocks, listChangedBlocks } from "./read";
import { TokenMint } from "./tokens";
import { completeSnapshot, putBlock, startSnapshot } from "./upload";

interface Route {
  readonly action: string;
  readonly method: string;
  readonly path: RegExp;
  /** Query parameters of the operation; others are refused. */
  readonly query: readonly string[];
}

const LISTING = ["maxResults", "pageToken", "startingBlockIndex"];
const ROUTES: readonly Route[] = [
  { action: "StartSnapshot", method: "POST", path: /^\/snapshots$/, query: [] },
  { action: "CompleteSnapshot", method: "POST", path: /^\/snapshots\/completion\/([^/]+)$/, query: [] },
  { action: "PutSnapshotBlock", method: "PUT", path: /^\/snapshots\/([^/]+)\/blocks\/([^/]+)$/, query: [] },
  {
    action: "GetSnapshotBlock",
    method: "GET",
    path: /^\/snapshots\/([^/]+)\/blocks\/([^/]+)$/,
    query: ["blockToken"],
  },
  { action: "ListSnapshotBlocks", method: "GET", path: /^\/snapshots\/([^/]+)\/blocks$/, query: LISTING },
  {
    action: "ListChangedBlocks",
    method: "GET",
    path: /^\/snapshots\/([^/]+)\/changedblocks$/,
    query: [...LISTING, "firstSnapshotId"],
  },
];

/** EBS direct: REST with JSON, blocks as plain bytes. */
export function ebsService(): Service {
  const mint = new TokenMint();
  return {
    action: (request) => find(request)?.route.action ?? "",

    async answer(request: RawRequest, _action: string, call: Call): Promise<Answer> {
      const found = find(request);
      if (!found) {
        throw new AwsError(
          "UnknownOperationException",
          `No operation for ${request.method} ${request.path}`,
          404,
        );
      }
      const query = new URLSearchParams(request.query);
      for (const name of query.keys()) {
        if (!found.route.query.includes(name))
          throw invalid("INVALID_PARAMETER_VALUE", `Unknown parameter ${name}.`);
      }
      const [id = "", index = ""] = found.parts;
      switch (found.route.action) {
        case "StartSnapshot":
          return startSnapshot(request, call);
        case "CompleteSnapshot":
          return completeSnapshot(request, snapshotId(id), call);
        case "PutSnapshotBlock":
          return putBlock(request, snapshotId(id), blockIndex(index), call);
        case "GetSnapshotBlock":
          return getBlock(snapshotId(id), blockIndex(index), query, mint, call);
        case "ListSnapshotBlocks":
          return listBlocks(snapshotId(id), query, mint, call);
        default:
          return listChangedBlocks(snapshotId(id), query, mint, call);
      }
    },

    refuse(error: unknown): Answer {
      const { code, message, status, reason } = failure(error, "InternalServerException", 500);
      return json(status, { Message: message || undefined, Reason: reason }, { "x-amzn-errortype": code });
    },

    unauthenticated(problem) {
      switch (problem) {
        case "no-signature":
          return new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", 403);
        case "unknown-key":
        case "region":
          return new AwsError(
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
            403,
          );
        case "expired":
          return new AwsError(
            "InvalidSignatureException",
            "Signature expired: the clock differs by more than 15 minutes.",
            403,
          );
        default:
          return new AwsError(
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
            403,
          );
      }
    },
  };
}

function find(request: RawRequest): { route: Route; parts: string[] } | undefined {
  for (const route of ROUTES) {
    const match = route.method === request.method ? route.path.exec(request.path) : null;
    if (match) return { route, parts: match.slice(1).map(decode) };
  }
  return undefined;
}

function snapshotId(text: string): string {
  if (!/^snap-[0-9a-f]+$/.test(text)) throw malformed();
  // Valid ids have 8 digits, or 17 of which the first is 0; anything else is rejected as malformed.
  if (!/^snap-(0[0-9a-f]{16}|[0-9a-f]{8})$/.test(text)) throw invalidSnapshotId(text);
  return text;
}

function blockIndex(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw malformed();
  return Number(text);
}
