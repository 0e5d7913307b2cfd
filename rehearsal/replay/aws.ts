/** Requests to the stand-in AWS, signed as the publisher. */
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { bytesFor, lengthOf, sha256 } from "./bytes";
import type { Request } from "./http";
import type { Names } from "./names";
import type { Exchange } from "./transcript";

type Environment = Readonly<Record<string, string>>;

/** Uploaded content of each snapshot, and the tokens for reading its blocks. */
export class AwsRequests {
  private readonly sent = new Map<string, Map<number, Buffer>>();
  private readonly tokens = new Map<string, string>();

  constructor(
    private readonly env: Environment,
    private readonly names: Names,
  ) {}

  async request(exchange: Exchange): Promise<Request> {
    const { method, path, query = {}, service, region = "" } = exchange;
    const endpoint = new URL(this.env.AWS_ENDPOINT_URL ?? "");
    const named = this.names.give(path);
    const { headers, body } = this.content(exchange, named);
    const signer = new SignatureV4({
      service,
      region,
      sha256: Sha256,
      credentials: {
        accessKeyId: this.env.AWS_ACCESS_KEY_ID ?? "",
        secretAccessKey: this.env.AWS_SECRET_ACCESS_KEY ?? "",
      },
    });
    const asked = Object.fromEntries(
      Object.entries(query).map(([name, value]) => [
        name,
        [value]
          .flat()
          .map((each) => this.names.give(String(each)))
          .join(","),
      ]),
    );
    if ("blockToken" in asked) asked.blockToken = this.tokens.get(named) ?? asked.blockToken;
    const signed = await signer.sign({
      method,
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      port: Number(endpoint.port),
      path: named,
      query: asked,
      headers: { ...headers, host: endpoint.host },
      ...(body !== undefined && { body }),
    });
    const search = new URLSearchParams(asked).toString();
    return {
      method,
      url: `${endpoint.origin}${named}${search && `?${search}`}`,
      headers: signed.headers,
      body,
    };
  }

  /** Learns the tokens from a list of blocks. */
  learn({ operation, path }: Exchange, answer: unknown): void {
    if (operation !== "ListSnapshotBlocks") return;
    const { Blocks = [] } = (answer ?? {}) as { Blocks?: { BlockIndex: number; BlockToken: string }[] };
    for (const { BlockIndex, BlockToken } of Blocks)
      this.tokens.set(`${this.names.give(path)}/${BlockIndex}`, BlockToken);
  }

  private content(
    { operation, service, request }: Exchange,
    path: string,
  ): Pick<Request, "headers" | "body"> {
    const kept = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) =>
        /^(content-type|x-amz-(target|data-length|checksum.*))$/.test(name),
      ),
    );
    if (operation === "PutSnapshotBlock") {
      const length = lengthOf(request.body) ?? Number(request.headers["content-length"] ?? 0);
      const [, , snapshot = "", , index = ""] = path.split("/");
      const body = bytesFor(path, length);
      const digest = sha256(body);
      const blocks = this.sent.get(snapshot) ?? new Map<number, Buffer>();
      this.sent.set(snapshot, blocks.set(Number(index), digest));
      return { headers: { ...kept, "x-amz-checksum": digest.toString("base64") }, body };
    }
    if (operation === "CompleteSnapshot") {
      const blocks = [...(this.sent.get(path.split("/").at(-1) ?? "") ?? [])].sort(([a], [b]) => a - b);
      const checksum = sha256(Buffer.concat(blocks.map(([, digest]) => digest))).toString("base64");
      const count = request.headers["x-amz-changedblockscount"] ?? String(blocks.length);
      return { headers: { ...kept, "x-amz-changedblockscount": count, "x-amz-checksum": checksum } };
    }
    if (request.body === undefined) return { headers: kept };
    const named = giveAll(request.body, this.names);
    if (service === "ec2" || service === "sts")
      return { headers: kept, body: new URLSearchParams(formOf(named)).toString() };
    return { headers: kept, body: JSON.stringify(named) };
  }
}

/** A body with names in place of its pseudonyms. */
export function giveAll(value: unknown, names: Names): unknown {
  if (typeof value === "string") return value === "<number>" ? 1 : names.give(value);
  if (Array.isArray(value)) return value.map((item) => giveAll(item, names));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [names.give(key), giveAll(inner, names)]),
  );
}

/** `{Filter: [{Name: x}]}` is `Filter.1.Name=x`. */
function formOf(value: unknown, at = ""): [string, string][] {
  if (typeof value !== "object" || value === null) return [[at, String(value)]];
  const entries = Array.isArray(value)
    ? value.map((item: unknown, index) => [String(index + 1), item] as const)
    : Object.entries(value);
  return entries.flatMap(([key, inner]) => formOf(inner, at === "" ? key : `${at}.${key}`));
}
