/** Requests to the stand-in Google Cloud and the stand-in Azure, as their publishers. */
import { giveAll } from "./aws";
import { bytesFor, lengthOf, md5, pagesFor } from "./bytes";
import type { Request } from "./http";
import type { Names } from "./names";
import type { Exchange } from "./transcript";

type Environment = Readonly<Record<string, string>>;

export class RestRequests {
  /** Base URL of the last link to a disk's bytes. */
  private blobs = "";

  constructor(
    private readonly env: Environment,
    private readonly names: Names,
  ) {}

  request(exchange: Exchange): Request {
    const { cloud, service, method, path } = exchange;
    const base = this.baseOf(exchange);
    const token =
      cloud === "gcp"
        ? this.env.GCP_TOKEN
        : service === "vault"
          ? this.env.AZURE_KEYVAULT_TOKEN
          : this.env.AZURE_TOKEN;
    const segments = path
      .split("/")
      .map((segment) => encodeURIComponent(this.names.give(segment)).replaceAll("%3A", ":"));
    const url = `${base}${segments.join("/")}${this.search(exchange)}`;
    const content = this.content(exchange);
    return {
      method,
      url,
      headers: { ...(service !== "blob" && { authorization: `Bearer ${token ?? ""}` }), ...content.headers },
      ...(content.body !== undefined && { body: content.body }),
    };
  }

  /** Learns it from a response with a link to a disk. */
  learn(answer: unknown): void {
    const text = JSON.stringify(answer ?? {});
    const [, link] = /"accessSAS":"(https?:\/\/[^/"]+)/.exec(text) ?? [];
    if (link !== undefined) this.blobs = link;
  }

  /** Only one project and one subscription can publish. */
  nameAccount({ path }: Exchange): void {
    const [, project] = /\/projects\/(<[^>]+>)/.exec(path) ?? [];
    if (project) this.names.set(project, this.env.GCP_PROJECT ?? "");
    const [, subscription] = /^\/subscriptions\/(<[^>]+>)/i.exec(path) ?? [];
    if (subscription) this.names.set(subscription, this.env.AZURE_SUBSCRIPTION_ID ?? "");
  }

  private baseOf({ cloud, service }: Exchange): string {
    if (service === "blob") return this.blobs;
    const base = cloud === "gcp" ? this.env.STORAGE_EMULATOR_HOST : this.env.AZURE_RESOURCE_MANAGER_ENDPOINT;
    return (base ?? "").replace(/\/+$/, "");
  }

  private search({ query = {} }: Exchange): string {
    const pairs = Object.entries(query).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, this.names.give(String(value))]),
    );
    return pairs.length > 0 ? `?${new URLSearchParams(pairs).toString()}` : "";
  }

  private content({ service, path, request }: Exchange): Pick<Request, "headers" | "body"> {
    // Headers derived from the bytes are recomputed.
    const told = ["content-md5", "x-goog-hash", "content-length"];
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !told.includes(name)),
    );
    const length = lengthOf(request.body);
    if (length === undefined) {
      if (request.body === undefined) return { headers };
      const body = JSON.stringify(giveAll(request.body, this.names));
      return { headers: { ...headers, "content-type": "application/json" }, body };
    }
    if (service !== "blob") return { headers, body: bytesFor(path, length) };
    const offset = Number(/^bytes=(\d+)-/.exec(headers["x-ms-range"] ?? "")?.[1] ?? 0);
    const body = pagesFor(`${path} ${offset}`, offset, length);
    return { headers: { ...headers, "content-md5": md5(body) }, body };
  }
}
