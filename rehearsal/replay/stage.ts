/**
 * Objects that must exist before the first exchange with them: the native providers created them, and their exchanges
 * are in no transcript. Only containers of bytes that our exchanges send: Google's bucket, and the empty disk on
 * Azure.
 */
import { giveAll } from "./aws";
import { send } from "./http";
import type { Names } from "./names";
import type { Exchange } from "./transcript";

/** The part of a disk's recorded response about its creation. */
interface Shown {
  readonly location?: string;
  readonly tags?: object;
  readonly properties?: { readonly hyperVGeneration?: string; readonly supportedCapabilities?: object };
}

const GROUP = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i;

export class Stage {
  private readonly made = new Set<string>();
  private readonly uploadedDisks: readonly string[];

  constructor(
    private readonly env: Readonly<Record<string, string>>,
    private readonly names: Names,
    private readonly exchanges: readonly Exchange[],
  ) {
    this.uploadedDisks = exchanges.flatMap(({ path, request }) => {
      const isWritten = (request.body as { access?: unknown } | undefined)?.access === "Write";
      return isWritten ? [path.replace(/\/beginGetAccess$/, "")] : [];
    });
  }

  /** True if a path names an object created by this stage. */
  holds(path: string): boolean {
    return [...this.made].some((made) => !GROUP.test(made) && path.startsWith(made));
  }

  /** True if a path names an object created with minimal settings. */
  madeBare(path: string): boolean {
    return this.made.has(path) && !this.uploadedDisks.includes(path);
  }

  holdsGroupOf(path: string): boolean {
    return [...this.made].some((made) => GROUP.test(made) && path.startsWith(made));
  }

  async prepare({ cloud, path, status = 0, answer }: Exchange): Promise<void> {
    const [group] = /^\/subscriptions\/<[^>]+>\/resourceGroups\/<[^>]+>(?=\/)/i.exec(path) ?? [];
    if (cloud === "azure" && group !== undefined && !saysNoGroup(answer?.body))
      await this.once(group, () => this.makeGroup(group));
    if (status >= 300) return;
    const [bucketPath, bucket] = /^(?:\/upload)?\/storage\/v1\/b\/(<[^>]+>)/.exec(path) ?? [];
    if (cloud === "gcp" && bucketPath !== undefined && bucket !== undefined)
      await this.once(`/storage/v1/b/${bucket}`, () => this.makeBucket(bucket));
    const disk = this.uploadedDisks.find((written) => path.startsWith(written));
    if (disk !== undefined) await this.once(disk, () => this.makeDisk(disk));
  }

  private async once(path: string, make: () => Promise<void>): Promise<void> {
    if (this.made.has(path)) return;
    this.made.add(path);
    await make();
  }

  private async makeBucket(bucket: string): Promise<void> {
    const { GCP_PROJECT = "", GCP_TOKEN = "", STORAGE_EMULATOR_HOST = "" } = this.env;
    await this.put("POST", `${STORAGE_EMULATOR_HOST}/storage/v1/b?project=${GCP_PROJECT}`, GCP_TOKEN, {
      name: this.names.give(bucket),
      location: "EUROPE-WEST1",
    });
  }

  private makeGroup(group: string): Promise<void> {
    return this.putOnAzure(group, "2024-03-01", { location: "westeurope" });
  }

  private makeDisk(disk: string): Promise<void> {
    const recorded = this.exchanges.find(
      ({ path, status, method }) => path === disk && status === 200 && method === "GET",
    );
    const shown = (giveAll(recorded?.answer?.body ?? {}, this.names) ?? {}) as Shown;
    const { location = "westeurope", tags, properties = {} } = shown;
    const { hyperVGeneration, supportedCapabilities } = properties;
    return this.putOnAzure(disk, "2024-03-02", {
      location,
      ...(tags && { tags }),
      sku: { name: "Standard_LRS" },
      properties: {
        creationData: { createOption: "Upload", uploadSizeBytes: this.uploadSize() },
        osType: "Linux",
        ...(hyperVGeneration && { hyperVGeneration }),
        ...(supportedCapabilities && { supportedCapabilities }),
      },
    });
  }

  /** The footer is written last, at the end. */
  private uploadSize(): number {
    const ends = this.exchanges.map(({ request }) =>
      Number(/-(\d+)$/.exec(request.headers["x-ms-range"] ?? "")?.[1] ?? 0),
    );
    return Math.max(...ends) + 1;
  }

  private putOnAzure(path: string, version: string, body: object): Promise<void> {
    const { AZURE_RESOURCE_MANAGER_ENDPOINT = "", AZURE_TOKEN = "" } = this.env;
    const base = AZURE_RESOURCE_MANAGER_ENDPOINT.replace(/\/+$/, "");
    return this.put("PUT", `${base}${this.names.give(path)}?api-version=${version}`, AZURE_TOKEN, body);
  }

  private async put(method: string, url: string, token: string, body: object): Promise<void> {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await send(
      { method, url, headers, body: JSON.stringify(body) },
      this.env.NODE_EXTRA_CA_CERTS,
    );
    if (answer.status >= 300)
      throw new Error(
        `the stand-in refused what the replay needs: ${method} ${new URL(url).pathname}: ${answer.status}`,
      );
  }
}

/** Azure reports a missing group before anything in it. */
export function saysNoGroup(body: unknown): boolean {
  return JSON.stringify(body ?? "").includes("ResourceGroupNotFound");
}
