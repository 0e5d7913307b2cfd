import * as pulumi from "@pulumi/pulumi";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";

/** A registration that the program sent to the engine, as far as tests look at it. */
export interface Registration {
  /** Last part of the type: `Ami`, `ImageSharing`. */
  readonly kind: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  /** Timeout of its creation that the program sets, e.g. `20m`; empty: none. */
  readonly createTimeout: string;
  /** A change of this value forces replacement. */
  readonly replacementTrigger: unknown;
  /** Types in older states. */
  readonly aliases: readonly string[];
  /** URNs of its parents in older states. */
  readonly formerParents: readonly string[];
  /** `kind name` of every resource that this one depends on, properties included. */
  readonly dependencies: readonly string[];
}

/** Not in Pulumi's declarations. */
interface Internals {
  debuggablePromise: (promise: Promise<unknown>) => Promise<unknown>;
}

type Program = () => { outputs: unknown };

/**
 * Runs a program against Pulumi's mocks and returns everything that it registered, in order, with its outputs. Ids are
 * `<name>-id`; computed outputs that the program reads are made up in `computed`.
 *
 * @param told other outputs, by the name of the resource
 */
export async function registrationsOf(
  program: Program,
  told: Readonly<Record<string, Record<string, unknown>>> = {},
): Promise<{ registrations: Registration[]; outputs: unknown }> {
  const registrations: Registration[] = [];
  // The mocks pass on neither dependencies nor options; the request has them.
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
  const original = MockMonitor.prototype.registerResource;
  const record = jest.spyOn(MockMonitor.prototype, "registerResource").mockImplementation(async function (
    this: MockMonitor,
    request: RegisterResourceRequest,
    callback,
  ) {
    registrations.push(registrationOf(request));
    return original.call(this, request, callback);
  } as typeof original);
  // For its leak detector Pulumi writes down a stack for each of its thousands of promises, which Jest maps to sources, frame by
  // frame: half the time of these tests (profiled on 2026-11-30).
  const untraced = jest
    .spyOn(debuggable as unknown as Internals, "debuggablePromise")
    .mockImplementation((promise) => promise);
  try {
    await pulumi.runtime.setMocks(
      {
        newResource: ({ type, name, inputs }) => ({
          id: `${name}-id`,
          state: { ...(inputs as Record<string, unknown>), ...computed(type, name), ...told[name] },
        }),
        call: () => ({}),
      },
      "imprimatur",
      "test",
    );
    const made = pulumi.output(program());
    const outputs = await new Promise<unknown>((resolve) => made.apply((value) => resolve(value.outputs)));
    await pulumi.runtime.disconnect();
    return { registrations, outputs };
  } finally {
    record.mockRestore();
    untraced.mockRestore();
  }
}

/** The result of an instance launched from the image. */
export const BOOT = { outcome: "passed", instanceType: "t3.micro" };

/** Outputs that the program reads, and that only a cloud would fill in. */
function computed(type: string, name: string): Record<string, unknown> {
  switch (type.split(":").at(-1)) {
    case "ImageClosing":
    case "VersionClosing":
    case "RegionClosing":
      return { open: "", openFor: [], closings: type.includes(":gcp:") ? 3 : 0 };
    case "AmiCopy":
      return { rootSnapshotId: `${name}-snapshot` };
    case "ImageArchive":
      return { source: `https://storage.googleapis.com/${name}`, crc32c: "AAAAAA==", archiveSize: 123 };
    case "Image":
    case "Arm64Image":
      return { selfLink: `self/${name}` };
    case "Verification":
      return { level: type.includes(":gcp:") ? "source" : "bytes", verifiedId: `${name}-verified` };
    case "BootCheck":
      return { boot: BOOT };
    case "DiskContent":
      return { writtenDiskId: `${name}-written` };
    case "ResourceGroup":
    case "Gallery":
    case "GalleryImage":
      // Azure may return the name in another case after a refresh.
      return { name: "IN-ANOTHER-CASE" };
    case "VersionClosing":
    case "GalleryClosing":
      return { open: "", openFor: [], closings: 0 };
    case "GallerySharing":
      return { publicName: "demo-0123" };
    default:
      return {};
  }
}

function registrationOf(request: RegisterResourceRequest): Registration {
  const type = request.getType();
  return {
    kind: type.split(":").at(-1) ?? type,
    type,
    name: request.getName(),
    inputs: request.getObject()?.toJavaScript() ?? {},
    protect: request.getProtect() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    createTimeout: request.getCustomtimeouts()?.getCreate() ?? "",
    replacementTrigger: request.getReplacementTrigger()?.toJavaScript(),
    aliases: request.getAliasesList().map((alias) => alias.getSpec()?.getType() ?? alias.getUrn()),
    formerParents: request.getAliasesList().map((alias) => alias.getSpec()?.getParenturn() ?? ""),
    dependencies: request.getDependenciesList().map(spellUrn),
  };
}

/** `urn:pulumi:<stack>::<project>::<parents>$<type>::<name>` */
function spellUrn(urn: string): string {
  const [type = "", name = ""] = urn.split("::").slice(-2);
  return `${type.split(":").at(-1)} ${name}`;
}

/** Names of all registrations of one kind, in order. */
export function namesOf(registrations: readonly Registration[], kind: string): string[] {
  return registrations.filter((registration) => registration.kind === kind).map(({ name }) => name);
}

/** The registration of a kind and name; if there is none, the error lists those that there are. */
export function find(registrations: readonly Registration[], kind: string, name: string): Registration {
  const found = registrations.find(
    (registration) => registration.kind === kind && registration.name === name,
  );
  if (found) return found;
  throw new Error(
    `no ${kind} ${name} among ${registrations.map((registration) => `${registration.kind} ${registration.name}`).join(", ")}`,
  );
}
