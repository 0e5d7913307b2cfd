import type { Properties } from "../../../../../plugin/resource";
import { type Api, GoogleError } from "../../../../../rehearsal/plugins/gcp/api";

/** Images and their policies in memory; every operation is done at once. */
export class FakeGoogle implements Api {
  readonly project = "publisher";
  readonly defaultLabels = { "goog-pulumi-provisioned": "true" };
  readonly calls: string[] = [];
  readonly images = new Map<string, Properties>();
  readonly policies = new Map<string, { etag: string; bindings?: object[] }>();
  /** Error of the next operation. */
  operationFails?: string;
  /** Called before a policy is written, to simulate a concurrent writer. */
  beforePolicy?: () => void;

  async compute(method: string, path: string, body: Properties = {}): Promise<Properties> {
    this.calls.push(`${method} ${path}`);
    const [, id = path, verb = ""] = /^(.*\/images\/[^/]+)\/(\w+)$/.exec(path) ?? [];
    if (method === "POST" && path.endsWith("/images"))
      return this.insert(`${path}/${String(body.name)}`, body);
    const image = this.images.get(id);
    if (!image) throw new GoogleError(404, "notFound", `The resource '${id}' was not found`);
    if (method === "DELETE") {
      this.images.delete(id);
      return { status: "DONE" };
    }
    if (verb === "setLabels") {
      image.labels = body.labels;
      return { status: "DONE" };
    }
    if (verb === "getIamPolicy") return this.policies.get(id) ?? { etag: "e0" };
    if (verb === "setIamPolicy") return this.setPolicy(id, body.policy as { etag: string });
    return image;
  }

  storage = () => Promise.reject(new Error("the fake has no storage"));

  private insert(id: string, body: Properties): Properties {
    if (this.images.has(id))
      throw new GoogleError(409, "alreadyExists", `The resource '${id}' already exists`);
    if (this.operationFails) return { status: "DONE", error: { errors: [{ message: this.operationFails }] } };
    this.images.set(id, {
      ...body,
      rawDisk: undefined,
      archiveSizeBytes: "140",
      diskSizeGb: "1",
      labelFingerprint: "f",
      selfLink: `https://www.googleapis.com/compute/v1/${id}`,
      storageLocations: ["eu"],
    });
    return { status: "DONE" };
  }

  private setPolicy(id: string, policy: { etag: string }): Properties {
    this.beforePolicy?.();
    const before = this.policies.get(id)?.etag ?? "e0";
    if (policy.etag !== before) throw new GoogleError(412, "conditionNotMet", "the policy has changed");
    this.policies.set(id, { ...policy, etag: `e${Number(before.slice(1)) + 1}` });
    return {};
  }
}
