import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";

/** What the program asked the engine for, as far as tests look at it. */
export interface Registration {
  /** Last part of the type: `Ami`, `ImageSharing`. */
  readonly kind: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  /** How long its creation may take, as the program says: `20m`; empty: nothing is said. */
  readonly createTimeout: string;
  /** What makes another object when it changes. */
  readonly replacementTrigger: unknown;
  /** Types that it had in older states. */
  readonly aliases: readonly string[];
  /** URNs of the parents under which an older state has it. */
  readonly formerParents: readonly string[];
  /** `kind name` of every resource that this one waits for, properties included. */
  readonly dependencies: readonly string[];
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
  }
}

/** What an instance showed that was launched from the image. */
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
      // As Azure may tell it after a refresh.
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

/** The names of everything of one kind, in order. */
export function namesOf(registrations: readonly Registration[], kind: string): string[] {
  return registrations.filter((registration) => registration.kind === kind).map(({ name }) => name);
}

/** The one of a kind and name; a test that asks for what is not there fails with what is. */
export function find(registrations: readonly Registration[], kind: string, name: string): Registration {
  const found = registrations.find(
    (registration) => registration.kind === kind && registration.name === name,
  );
  if (found) return found;
  throw new Error(
    `no ${kind} ${name} among ${registrations.map((registration) => `${registration.kind} ${registration.name}`).join(", ")}`,
  );
}
