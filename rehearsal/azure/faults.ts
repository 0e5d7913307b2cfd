import { z } from "zod";
import type { ErrorBody } from "./arm/errors";
import type { Answer } from "./arm/http";
import { normalise } from "./arm/locations";

const times = z.int().positive().default(1);
const match = z.string().default("");

const faultSchema = z.discriminatedUnion("kind", [
  /** The next requests whose `METHOD /path` contains `match` are answered 429; `retryAfter: 0` is none, a text is a date. */
  z.strictObject({
    kind: z.literal("throttle"),
    match,
    times,
    retryAfter: z.union([z.int().min(0), z.string().min(1)]).default(1),
  }),
  /** The next requests are answered with a server error. */
  z.strictObject({ kind: z.literal("error"), match, times, status: z.int().min(400).max(599).default(500) }),
  /** The connection of the next requests is closed without an answer; nothing was done. */
  z.strictObject({ kind: z.literal("drop"), match, times }),
  /** Every request waits so long; `seconds: 0` ends it. */
  z.strictObject({ kind: z.literal("slow"), match, seconds: z.number().min(0) }),
  /** The next replications to `region` fail. */
  z.strictObject({ kind: z.literal("replication"), region: z.string(), times }),
  /** The next versions of a managed disk are refused in definitions that support trusted launch, as in 2023 and 2024. */
  z.strictObject({ kind: z.literal("security"), times }),
  /** The next share actions report success and share nothing. */
  z.strictObject({ kind: z.literal("share"), times }),
  /** One bit of what is stored for a disk or a gallery version is changed. */
  z.strictObject({ kind: z.literal("mutate"), id: z.string(), offset: z.int().min(0) }),
  /** One bit of the next page writes turns on its way to the blob service. */
  z.strictObject({ kind: z.literal("flip"), times }),
  /** The storage keeps one bit of the next disk wrong that was uploaded, or of the next gallery version that is made. */
  z.strictObject({ kind: z.literal("rot"), of: z.enum(["disk", "version"]), offset: z.int().min(0), times }),
  /** How a PUT of a gallery without a sharing profile is read: nobody has recorded it, so both can be tried. */
  z.strictObject({ kind: z.literal("absent-profile"), means: z.enum(["private", "unchanged"]) }),
  /** Somebody has other roles, at scopes below the subscription (`/resourceGroups/x`), or actions taken out of them. */
  z.strictObject({
    kind: z.literal("roles"),
    who: z.enum(["publisher", "stranger", "partner"]).default("publisher"),
    roles: z.array(z.strictObject({ role: z.string(), scope: z.string().default("") })).optional(),
    without: z.array(z.string()).default([]),
  }),
  /** Answers the faults that are left. */
  z.strictObject({ kind: z.literal("list") }),
  /** Ends them. */
  z.strictObject({ kind: z.literal("clear") }),
]);

export type Fault = z.infer<typeof faultSchema>;
type Mutation = Extract<Fault, { kind: "mutate" }>;

/** Where faults happen that are no answer of Resource Manager's. */
interface World {
  mutate: (mutation: Mutation) => Promise<void>;
  roles: (change: Extract<Fault, { kind: "roles" }>) => void;
  /** Turns a bit of the next page writes. */
  flip: (times: number) => void;
}

/**
 * Compute throttles under a code that means something else elsewhere; recorded in terraform-provider-azurerm#19146
 * (2022-11-04, without Retry-After) and aks-engine#2295 (2019-11-10). Resource Manager has a code of its own
 * (MicrosoftDocs/azure-docs#105248, 2023-02-14).
 */
function throttling(path: string): ErrorBody & { innererror?: object } {
  if (!/\/providers\/Microsoft\.Compute\//i.test(path)) {
    const message =
      "Number of requests for this subscription and operation exceeded the backend storage limit. Please try again later.";
    return { code: "SubscriptionRequestsThrottled", message };
  }
  const group = "HighCostGet3Min";
  return {
    code: "OperationNotAllowed",
    message:
      "The server rejected the request because too many requests have been received for this subscription.",
    details: [
      {
        code: "TooManyRequests",
        target: group,
        message: JSON.stringify({
          operationGroup: group,
          allowedRequestCount: 162,
          measuredRequestCount: 191,
        }),
      },
    ],
    innererror: { internalErrorCode: "TooManyRequestsReceived" },
  };
}

/** What this cloud does wrong on request, until it was done `times` times. Forgotten at a restart. */
export class Faults {
  /** The stricter one, unless asked for the other. */
  absentProfileMeans: "private" | "unchanged" = "private";
  private pending: (Fault & { times?: number })[] = [];

  constructor(private readonly world: World) {}

  /** Takes a fault; refuses one it does not know, naming those it does. */
  async add(fault: unknown): Promise<unknown> {
    const parsed = faultSchema.safeParse(fault);
    if (!parsed.success) {
      const kinds = faultSchema.options.map((option) => option.shape.kind.value).join(", ");
      const problems = parsed.error.issues.map(
        ({ path, message }) => `${path.join(".") || "fault"}: ${message}`,
      );
      throw new Error(`azure cannot take this fault: ${problems.join("; ")} (kinds: ${kinds})`);
    }
    if (parsed.data.kind === "clear") {
      this.pending = [];
      this.absentProfileMeans = "private";
    } else if (parsed.data.kind === "absent-profile") this.absentProfileMeans = parsed.data.means;
    else if (parsed.data.kind === "roles") this.world.roles(parsed.data);
    else if (parsed.data.kind === "mutate") await this.world.mutate(parsed.data);
    else if (parsed.data.kind === "flip") this.world.flip(parsed.data.times);
    else if (parsed.data.kind !== "list") {
      if (parsed.data.kind === "slow") this.pending = this.pending.filter(({ kind }) => kind !== "slow");
      this.pending.push(parsed.data);
    }
    return { pending: this.pending };
  }

  /** What happens to a request instead of, or before, its answer. */
  async disturb(method: string, path: string): Promise<Answer | "drop" | undefined> {
    const line = `${method} ${path}`;
    const applies = (fault: Fault) => "match" in fault && line.includes(fault.match);
    const slow = this.pending.find((fault) => fault.kind === "slow" && applies(fault));
    if (slow?.kind === "slow") await new Promise((resolve) => setTimeout(resolve, slow.seconds * 1000));

    const fault = this.take((each) => ["throttle", "error", "drop"].includes(each.kind) && applies(each));
    if (fault?.kind === "throttle") {
      const { retryAfter } = fault;
      return {
        status: 429,
        headers: retryAfter === 0 ? {} : { "retry-after": String(retryAfter) },
        body: { error: throttling(path) },
      };
    }
    if (fault?.kind === "error") {
      return {
        status: fault.status,
        body: {
          error: {
            code: "InternalExecutionError",
            message: "An internal execution error occurred. Please retry later.",
          },
        },
      };
    }
    return fault ? "drop" : undefined;
  }

  /** True once for each replication to `region` that is to fail. */
  failsReplication(region: string): boolean {
    return !!this.take((fault) => fault.kind === "replication" && normalise(fault.region) === region);
  }

  refusesSecurity(): boolean {
    return !!this.take((fault) => fault.kind === "security");
  }

  dropsShare(): boolean {
    return !!this.take((fault) => fault.kind === "share");
  }

  /** The byte of a disk or version, whose bytes have just been settled, that the storage keeps wrong; mostly none. */
  rotsAt(what: "disk" | "version"): number | undefined {
    const fault = this.take((each) => each.kind === "rot" && each.of === what);
    return fault?.kind === "rot" ? fault.offset : undefined;
  }

  private take(applies: (fault: Fault) => boolean): Fault | undefined {
    const fault = this.pending.find(applies);
    if (fault && "times" in fault && fault.times !== undefined) {
      fault.times -= 1;
      if (fault.times <= 0) this.pending.splice(this.pending.indexOf(fault), 1);
    }
    return fault;
  }
}
