import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { readFault } from "../faults/kinds";
import { breakOff, spoil, turnBit } from "../faults/network";
import { Waiting } from "../faults/waiting";
import { type Operation, OperationFailure, type OperationWarning } from "./compute/operations";
import type { Images } from "./compute/images";
import type { Disks } from "./disks";
import { type Fault, KINDS, translate } from "./fault-kinds";
import { absent, conflict, denied, expired, failed, serviceOf, throttled } from "./fault-words";
import type { Interference } from "./http/server";
import type { Identities } from "./identities";
import type { SettingsStore } from "./settings";
import type { UploadMishap } from "./storage/resumable";

type Of<K extends Fault["kind"]> = Extract<Fault, { kind: K }>;

/** Requested faults. Pending ones are forgotten at a restart; quota and policy are state. */
export class Faults implements Interference {
  private readonly waiting = new Waiting<Fault>();

  constructor(
    private readonly world: {
      identities: Identities;
      images: () => Images;
      disks: Disks;
      settings: SettingsStore;
    },
  ) {}

  /** Accepts one fault; refuses unknown ones. */
  async add(fault: unknown): Promise<unknown> {
    const wanted = readFault("gcp", KINDS, fault, translate);
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
        return { ...this.world.settings.current, faults: this.waiting.list() };
      case "clear":
        this.waiting.clear();
        break;
      default:
        if (wanted.kind === "slow" && wanted.seconds === 0) this.waiting.clear("slow");
        else this.waiting.add(wanted, wanted.kind === "upload" ? wanted.after : undefined);
    }
    return { kind: wanted.kind };
  }

  async before(
    method: string,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<"over" | undefined> {
    const service = serviceOf(path);
    if (service === undefined) return undefined;
    const asked = { service, operation: `${method} ${path}`, path };
    const slow = this.waiting.strike(asked, "slow");
    if (slow) await pause(slow.seconds * 1000);
    const spoiled = this.waiting.strike(asked, "reset", "trickle", "flip-answer");
    if (spoiled) spoil(response, spoiled);
    const hit = this.waiting.strike(
      asked,
      ...([
        "throttle",
        "error",
        "expired",
        "denied",
        "absent",
        "conflict",
        "hang",
        "drop",
        "cut",
        "flip",
      ] as const),
    );
    switch (hit?.kind) {
      case undefined:
        return undefined;
      case "cut":
        breakOff(request, hit.afterBytes);
        return undefined;
      case "flip":
        turnBit(request, hit.byte);
        return undefined;
      case "hang":
        return "over";
      case "drop":
        response.socket?.destroy();
        return "over";
      case "throttle":
        throw throttled(service, hit.as);
      case "error":
        throw hit.code === 403 || hit.code === 429 ? throttled(service, `${hit.code}`) : failed(hit.code);
      case "expired":
        throw expired();
      case "denied":
        throw denied();
      case "absent":
        throw absent(service, path);
      case "conflict":
        throw conflict(service, path);
    }
  }

  /** For {@link ObjectStore}: offset of a byte to corrupt in an object of this size, if any. */
  rotsAt(object: string, size: number): number | undefined {
    const hit = this.waiting.take(
      (fault): fault is Of<"rot"> => fault.kind === "rot" && object.includes(fault.object),
    );
    return hit && (hit.byte ?? size >> 1);
  }

  /** For {@link ResumableUploads}: the fault of an upload request, if any. */
  uploadGoesWrong(last: boolean): UploadMishap | undefined {
    return this.waiting.take(
      (fault): fault is Of<"upload"> => fault.kind === "upload" && (last || fault.as !== "unended"),
    )?.as;
  }

  /** For {@link Operations}: a failure or a warning to end an operation with, or that it never ends. */
  forOperation({ operationType }: Operation): OperationFailure | OperationWarning | "hangs" | undefined {
    const hit = this.waiting.take(
      (fault): fault is Of<"operation"> => fault.kind === "operation" && fault.type === operationType,
    );
    if (!hit) return undefined;
    if (hit.as === "warned") return { warning: { code: hit.code, message: hit.message } };
    return hit.as === "hanging"
      ? "hangs"
      : new OperationFailure(hit.code, hit.message, 503, "SERVICE UNAVAILABLE");
  }
}
