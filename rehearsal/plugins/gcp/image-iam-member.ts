import type { Call, Properties } from "../../../plugin/resource";
import type { BridgedResource } from "../bridge/resource";
import type { Schema } from "../bridge/schema";
import { type Found, WaitError, waitFor } from "../bridge/wait";
import { text } from "../properties";
import { type Api, isStatus } from "./api";
import { imageParts, sameLink } from "./links";

const replaces = true;

const PROPERTIES: Schema = {
  etag: { type: "string", by: "cloud" },
  image: { type: "string", by: "required", same: sameLink, replaces },
  member: {
    type: "string",
    by: "required",
    replaces,
    same: (before: string, after: string) => spelled(before) === spelled(after),
    refuse: (value: string) =>
      /^(allUsers|allAuthenticatedUsers|[a-zA-Z]+:.+)$/.test(value) && !/^deleted:/.test(value)
        ? undefined
        : `invalid value for member (IAM members must have one of the values outlined here: ` +
          `https://cloud.google.com/billing/docs/reference/rest/v1/Policy#Binding)`,
  },
  project: { type: "string", by: "either", replaces },
  role: { type: "string", by: "required", replaces },
};

/**
 * The real provider's spelling of members, in requests, ids and state (`normalizeIamMemberCasing`,
 * `iamMemberCaseDiffSuppress` in tpgiamresource of hashicorp/terraform-provider-google-beta 7.45, read 2026-11).
 */
function spelled(member: string): string {
  if (/^principal(Set|Hierarchy)?:/.test(member)) return member;
  return member.replace(/:.*$/, (name) => name.toLowerCase());
}

interface Policy extends Properties {
  bindings?: { role: string; members?: string[]; condition?: object }[];
  etag?: string;
}

/** The policy was changed between our read and our write. */
const CONFLICT_SECONDS = 30;

/**
 * `gcp:compute/imageIamMember:ImageIamMember`: one member of one role on one image. The policy is read, changed and
 * written as a whole, with its etag; other members are unaffected. Conditions are not supported.
 */
export function imageIamMember(api: () => Api): BridgedResource {
  return {
    schema: { properties: PROPERTIES },
    effective: (inputs) => ({ project: inputs.project ?? api().project }),
    async create(inputs, call) {
      const { path, id, role, member } = grantOf(api(), inputs);
      await changePolicy(api(), path, call, (members) => [...new Set([...members, member])], role);
      return { id };
    },
    async read(id, known) {
      const { path, role, member, project } = grantOf(api(), { ...known, ...parseId(id) });
      const policy = await readPolicy(api(), path);
      const bindings = policy?.bindings ?? [];
      const granted = bindings.some(
        (one) => one.role === role && !one.condition && one.members?.some((held) => spelled(held) === member),
      );
      return granted ? { etag: policy?.etag ?? "", image: path, member, project, role } : undefined;
    },
    identify: (importId) => {
      const [image = "", role = "", member = ""] = importId.split(/\s+/);
      const { project } = imageParts(image, api().project);
      return { id: grantOf(api(), { image, role, member, project }).id, known: { project } };
    },
    async delete(id, old, call) {
      const { path, role, member } = grantOf(api(), { ...old, ...parseId(id) });
      if (!(await readPolicy(api(), path))) return;
      await changePolicy(
        api(),
        path,
        call,
        (members) => members.filter((one) => spelled(one) !== member),
        role,
      );
    },
  };
}

function grantOf(api: Api, inputs: Properties) {
  const { project, name } = imageParts(text(inputs, "image"), text(inputs, "project") || api.project);
  const path = `projects/${project}/global/images/${name}`;
  const [role, member] = [text(inputs, "role"), spelled(text(inputs, "member"))];
  return { path, project, role, member, id: `${path}/${role}/${member}` };
}

function parseId(id: string): Properties {
  const [, image, role, member] = /^(projects\/[^/]+\/global\/images\/[^/]+)\/(.+)\/([^/]+)$/.exec(id) ?? [];
  return image ? { image, role, member } : {};
}

async function readPolicy(api: Api, path: string): Promise<Policy | undefined> {
  return api.compute("GET", `${path}/getIamPolicy`).catch((error: unknown) => {
    if (isStatus(error, 404)) return undefined;
    throw error;
  });
}

async function changePolicy(
  api: Api,
  path: string,
  call: Call,
  change: (members: readonly string[]) => string[],
  role: string,
): Promise<void> {
  let latest: unknown;
  const write = async (): Promise<Found<true>> => {
    const policy: Policy = await api.compute("GET", `${path}/getIamPolicy`);
    const bindings = policy.bindings ?? [];
    const mine = bindings.find((binding) => binding.role === role && !binding.condition);
    const members = change(mine?.members ?? []);
    const others = bindings.filter((binding) => binding !== mine);
    const next = members.length > 0 ? [...others, { role, members }] : others;
    try {
      await api.compute("POST", `${path}/setIamPolicy`, { policy: { ...policy, bindings: next } });
      return { done: true };
    } catch (error) {
      // A policy of the organisation also answers 412 (`IsConflictError`), so it is retried until the timeout.
      if (isStatus(error, 409) || isStatus(error, 412)) return conflict(error);
      throw new Error(`Error setting IAM policy for compute image "${path}": ${(error as Error).message}`, {
        cause: error,
      });
    }
  };
  const conflict = (error: unknown): { status: string } => {
    latest = error;
    return { status: "changed by somebody else" };
  };
  try {
    await waitFor(call, { what: `policy of ${path}`, timeoutSeconds: CONFLICT_SECONDS }, write);
  } catch (error) {
    if (!(error instanceof WaitError) || !(latest instanceof Error) || call.signal.aborted) throw error;
    // Message of `iamPolicyReadModifyWrite` in the same file.
    throw new Error(
      `Error applying IAM policy to compute image "${path}": Too many conflicts.  Latest error: ${latest.message}`,
      { cause: error },
    );
  }
}
