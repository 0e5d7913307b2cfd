/**
 * A try's objects in a cloud, from the engine's state file: read without the engine, which may be killed or missing.
 */
import { readFileSync } from "node:fs";
import { CLOUD_AUDITS } from "../../audit/clouds";

interface Resource {
  readonly type?: string;
  readonly custom?: boolean;
  readonly id?: string;
  readonly delete?: boolean;
  readonly urn?: string;
}

/** True for types with an object in a cloud; of this program's own, those that do not merely describe another. */
function isThing({ type = "" }: Resource): boolean {
  return Object.values(CLOUD_AUDITS).some(
    ({ nativePackage, remnants }) => type.startsWith(`${nativePackage}:`) || remnants.includes(type),
  );
}

/** @returns existing objects, and interrupted creations; empty for an unreadable file */
export function thingsInState(file: string): { things: string[]; begun: string[] } {
  const { resources = [], pending_operations: pending = [] } = latestOf(file);
  return {
    things: resources
      .filter((each) => isThing(each) && each.id)
      .map((each) => `${kindOf(each)} ${shortId(each)}`),
    begun: pending
      .filter(({ type, resource }) => type === "creating" && isThing(resource))
      .map(({ resource }) => `${kindOf(resource)} ${resource.urn?.split("::").at(-1) ?? ""}`),
  };
}

interface Latest {
  readonly resources?: readonly Resource[] | null;
  readonly pending_operations?: readonly { type: string; resource: Resource }[] | null;
}

function latestOf(file: string): {
  resources?: readonly Resource[];
  pending_operations?: readonly { type: string; resource: Resource }[];
} {
  try {
    const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
      checkpoint?: { latest?: Latest | null };
    };
    const { resources, pending_operations } = checkpoint?.latest ?? {};
    return { ...(resources && { resources }), ...(pending_operations && { pending_operations }) };
  } catch {
    return {};
  }
}

/** `aws:ec2/ami:Ami` → `Ami` */
function kindOf({ type = "" }: Resource): string {
  return type.slice(type.lastIndexOf(":") + 1);
}

/** The last two parts of an Azure or Google path. */
function shortId({ id = "" }: Resource): string {
  return id.split("/").slice(-2).join("/");
}
