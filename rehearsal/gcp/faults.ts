import { z } from "zod";
import type { Identities } from "./identities";
import type { Disks } from "./disks";
import { GoogleError } from "./errors";
import type { Interference } from "./http/server";
import type { Images } from "./compute/images";
import { OperationFailure, type Operation } from "./compute/operations";
import type { SettingsStore } from "./settings";
import type { ObjectStore } from "./storage/object-store";
import type { UploadMishap } from "./storage/resumable";

/** Which requests a fault is for; every part that is left out fits all. */
const match = {
  method: z.string().optional(),
  /** Part of the decoded path. */
  path: z.string().optional(),
  /** How many fitting requests (or operations) it hits. */
  times: z.int().positive().default(1),
};

const faultSchema = z.discriminatedUnion("kind", [
  /** Fitting requests are answered with an error, as when there were too many of them. */
  z.strictObject({
    kind: z.literal("error"),
    ...match,
    code: z.union([z.literal(403), z.literal(429), z.literal(500), z.literal(502), z.literal(503)]),
  }),
  /** The connection breaks after so many bytes of a fitting request's body. */
  z.strictObject({ kind: z.literal("cut"), ...match, afterBytes: z.int().nonnegative() }),
  /** One bit of a fitting request's body turns on its way, at a byte of it. */
  z.strictObject({ kind: z.literal("flip"), ...match, byte: z.int().nonnegative().default(0) }),
  /**
   * A resumable upload goes wrong at a request with bytes: its session is gone (404, 410), or the last bytes are kept and
   * answered 308, as if more were to come.
   */
  z.strictObject({
    kind: z.literal("upload"),
    as: z.enum(["gone-404", "gone-410", "unended"]),
    /** Requests with bytes that go well before. */
    after: z.int().nonnegative().default(0),
    times: z.int().positive().default(1),
  }),
  /** The bucket keeps one bit of the next object wrong whose name contains this; its checksums stay those of what arrived. */
  z.strictObject({
    kind: z.literal("rot"),
    object: z.string().default(""),
    /** Default: in its middle. */
    byte: z.int().nonnegative().optional(),
    times: z.int().positive().default(1),
  }),
  /** Operations of a type (`insert`, `deprecate`, …) end with an error. */
  z.strictObject({
    kind: z.literal("operation"),
    type: z.string(),
    times: z.int().positive().default(1),
    code: z.string().default("INTERNAL_ERROR"),
    message: z.string().default("Internal error. Please try again or contact Google Support."),
  }),
  /** One bit of an image's disk turns. */
  z.strictObject({ kind: z.literal("corrupt-image"), project: z.string(), image: z.string() }),
  /** From now on Google tells an image's fields otherwise, as when it adds a guest feature by itself. */
  z.strictObject({
    kind: z.literal("describe"),
    project: z.string(),
    image: z.string(),
    as: z.strictObject({
      description: z.string().optional(),
      diskSizeGb: z.int().positive().optional(),
      guestOsFeatures: z.array(z.strictObject({ type: z.string() })).optional(),
      licenses: z.array(z.string()).optional(),
      storageLocations: z.array(z.string()).optional(),
      shieldedInstanceInitialState: z.looseObject({}).optional(),
    }),
  }),
  /** A project may hold only so many images. */
  z.strictObject({ kind: z.literal("image-quota"), limit: z.int().nonnegative() }),
  /** The organisation forbids sharing with everyone. */
  z.strictObject({
    kind: z.literal("domain-restricted-sharing"),
    enabled: z.boolean(),
    constraint: z
      .enum(["iam.allowedPolicyMemberDomains", "iam.managed.allowedPolicyMembers"])
      .default("iam.allowedPolicyMemberDomains"),
  }),
  /** Somebody has other roles on their project, or single permissions taken out of them. */
  z.strictObject({
    kind: z.literal("roles"),
    who: z.enum(["publisher", "stranger", "partner"]).default("publisher"),
    roles: z.array(z.string()).optional(),
    without: z.array(z.string()).default([]),
  }),
  /** Which faults still wait for their requests. */
  z.strictObject({ kind: z.literal("list") }),
  /** Ends all faults that still wait for their requests. */
  z.strictObject({ kind: z.literal("clear") }),
]);

type Fault = z.infer<typeof faultSchema>;
type Waiting = Extract<Fault, { times: number }>;

/** Misbehaviour on request. What waits for requests is forgotten at a restart; quota and policy are state. */
export class Faults implements Interference {
  private waiting: Waiting[] = [];

  constructor(
    private readonly world: {
      identities: Identities;
      images: () => Images;
      disks: Disks;
      objects: ObjectStore;
      settings: SettingsStore;
    },
  ) {}

  /** Takes one fault; refuses what it does not know. */
  async add(fault: unknown): Promise<unknown> {
    const parsed = faultSchema.safeParse(fault);
    if (!parsed.success) {
      const kinds = faultSchema.options.map((option) => option.shape.kind.value).join(", ");
      throw new Error(
        `the stand-in Google Cloud has no such fault (kinds: ${kinds}): ${z.prettifyError(parsed.error)}`,
      );
    }
    const wanted = parsed.data;
    switch (wanted.kind) {
      case "corrupt-image": {
        const disk = this.world.images().find(wanted.project, wanted.image)?.disk;
        if (!disk) throw new Error(`there is no image ${wanted.project}/${wanted.image} that is ready`);
        await this.world.disks.corrupt(disk);
        break;
      }
      case "describe": {
        const { project, image, as } = wanted;
        const found = this.world.images().find(project, image);
        if (!found) throw new Error(`there is no image ${project}/${image}`);
        const told = Object.entries(as).filter(([, value]) => value !== undefined);
        this.world.images().set({ ...found, ...Object.fromEntries(told) });
        break;
      }
      case "image-quota":
        this.world.settings.change({ imageQuota: wanted.limit });
        break;
      case "domain-restricted-sharing": {
        const { enabled, constraint } = wanted;
        this.world.settings.change({ domainRestrictedSharing: enabled, constraint });
        break;
      }
      case "roles": {
        const { who, roles, without } = wanted;
        const changed = this.world.identities.change(who, { ...(roles && { roles }), without });
        return { roles: changed.roles, without };
      }
      case "list":
        return { ...this.world.settings.current, faults: this.waiting };
      case "clear":
        this.waiting = [];
        break;
      default:
        this.waiting.push(wanted);
    }
    return { kind: wanted.kind };
  }

  before(method: string, path: string): ReturnType<Interference["before"]> {
    const hit = this.take(
      (fault) =>
        isOfRequests(fault) && (fault.method ?? method) === method && path.includes(fault.path ?? ""),
    );
    switch (hit?.kind) {
      case "cut":
        return { cutAfterBytes: hit.afterBytes };
      case "flip":
        return { flipByte: hit.byte };
      case "error":
        throw refusal(hit.code);
      default:
        return undefined;
    }
  }

  /** For {@link ObjectStore}: at which byte what was stored as this object, of so many bytes, shall not stay as it is. */
  rotsAt(object: string, size: number): number | undefined {
    const hit = this.take((fault) => fault.kind === "rot" && object.includes(fault.object));
    return hit?.kind === "rot" ? (hit.byte ?? size >> 1) : undefined;
  }

  /** For {@link ResumableUploads}: how this request with bytes goes wrong, if it does. */
  uploadGoesWrong(last: boolean): UploadMishap | undefined {
    const fits = (fault: Waiting) => fault.kind === "upload" && (last || fault.as !== "unended");
    const next = this.waiting.find(fits);
    if (next?.kind === "upload" && next.after > 0) {
      next.after--;
      return undefined;
    }
    const hit = this.take(fits);
    return hit?.kind === "upload" ? hit.as : undefined;
  }

  /** For {@link Operations}: the failure an operation shall end with, if any. */
  forOperation(operation: Operation): OperationFailure | undefined {
    const hit = this.take((fault) => fault.kind === "operation" && fault.type === operation.operationType);
    return hit?.kind === "operation"
      ? new OperationFailure(hit.code, hit.message, 503, "SERVICE UNAVAILABLE")
      : undefined;
  }

  private take(fits: (fault: Waiting) => boolean): Waiting | undefined {
    const hit = this.waiting.find(fits);
    if (hit && --hit.times === 0) this.waiting = this.waiting.filter((fault) => fault !== hit);
    return hit;
  }
}

function isOfRequests(fault: Waiting): fault is Extract<Waiting, { kind: "error" | "cut" | "flip" }> {
  return fault.kind === "error" || fault.kind === "cut" || fault.kind === "flip";
}

/** https://cloud.google.com/storage/docs/json_api/v1/status-codes, https://cloud.google.com/compute/api-quota */
function refusal(code: 403 | 429 | 500 | 502 | 503): GoogleError {
  switch (code) {
    case 403:
      return new GoogleError(403, "rateLimitExceeded", "Rate Limit Exceeded");
    case 429:
      return new GoogleError(
        429,
        "rateLimitExceeded",
        "The rate of requests exceeds the limit. Please reduce your request rate.",
      );
    case 500:
      return new GoogleError(500, "backendError", "Internal error encountered.");
    case 502:
    case 503:
      return new GoogleError(code, "backendError", "We encountered an internal error. Please try again.");
  }
}
