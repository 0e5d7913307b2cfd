import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { GoogleError, invalid, notRehearsed } from "../errors";
import { bindingProblem, IMAGE_ROLES, normalizeBindings, type Policy } from "../permissions";

const condition = z.strictObject({
  title: z.string().optional(),
  description: z.string().optional(),
  expression: z.string().optional(),
  location: z.string().optional(),
});

const bindingSchema = z.strictObject({
  role: z.string(),
  members: z.array(z.string()).default([]),
  condition: condition.optional(),
});

export const policySchema = z.strictObject({
  version: z.int().optional(),
  etag: z.string().optional(),
  bindings: z.array(bindingSchema).optional(),
  auditConfigs: z.array(z.unknown()).optional(),
  kind: z.string().optional(),
  resourceId: z.string().optional(),
});

export const setPolicySchema = z.strictObject({
  policy: policySchema.optional(),
  bindings: z.array(bindingSchema).optional(),
  etag: z.string().optional(),
});

/** Policy of a resource without one; with Google's etag for that case. */
export const EMPTY_POLICY: Policy = { version: 1, etag: "ACAB", bindings: [] };

/** A policy in Compute Engine's response: without `bindings` if there are none. */
export function presentPolicy({ version, etag, bindings }: Policy): object {
  return { version, etag, ...(bindings.length > 0 ? { bindings } : {}) };
}

/**
 * The policy that replaces the current one completely.
 *
 * @param restricted the organisation allows members of its own domain only (constraint
 * `iam.allowedPolicyMemberDomains`)
 */
export function replacePolicy(
  present: Policy,
  request: z.infer<typeof setPolicySchema>,
  restricted: boolean,
): Policy {
  const wanted = request.policy ?? { bindings: request.bindings, etag: request.etag };
  if (wanted.auditConfigs?.length) throw notRehearsed("auditConfigs in an image's policy");
  const bindings = wanted.bindings ?? [];
  if (bindings.some((binding) => binding.condition)) throw notRehearsed("a condition in an image's policy");
  if (wanted.etag !== undefined && wanted.etag !== present.etag) {
    // hashicorp/terraform-provider-google issue 12512
    throw new GoogleError(
      409,
      "aborted",
      "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff. " +
        `The request's ETag '${wanted.etag}' did not match the current policy's ETag '${present.etag}'.`,
    );
  }
  const problem = bindingProblem(bindings, IMAGE_ROLES);
  if (problem !== undefined) throw invalid(problem);
  const count = new Set(bindings.flatMap(({ members }) => members)).size;
  // cloud.google.com/iam/quotas, "Limits" (from memory, 2026-11).
  if (count > 1500) {
    throw invalid(
      `The number of members in the policy (${count.toLocaleString("en-US")}) is larger than the maximum allowed size 1,500.`,
    );
  }
  for (const { members } of bindings) {
    // https://cloud.google.com/compute/docs/images/managing-access-custom-images#limitations
    if (members.includes("allUsers")) {
      throw invalid("The member allUsers is not supported on images; allAuthenticatedUsers is.");
    }
    if (restricted && members.some((member) => !isOfTheOrganization(member))) {
      throw new GoogleError(
        412,
        "conditionNotMet",
        "One or more users named in the policy do not belong to a permitted customer, perhaps due to an organization policy.",
      );
    }
  }
  return { version: 1, etag: newEtag(), bindings: normalizeBindings(bindings) };
}

/** The publisher's organisation has service accounts only. */
function isOfTheOrganization(member: string): boolean {
  return /^serviceAccount:.*@rehearsal-publisher\.iam\.gserviceaccount\.com$|^project(Owner|Editor|Viewer):/.test(
    member,
  );
}

/** Etags of Google's policies begin with a counter; only their uniqueness matters. */
export function newEtag(): string {
  return Buffer.concat([Buffer.from([0x07, 0x06]), randomBytes(6)]).toString("base64");
}

/** Fingerprint of labels: equal for equal labels (`42WmSpB8rSM=` for none, as in real images). */
export function labelFingerprint(labels: Readonly<Record<string, string>>): string {
  const entries = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return "42WmSpB8rSM=";
  return createHash("sha256").update(JSON.stringify(entries)).digest().subarray(0, 8).toString("base64");
}
