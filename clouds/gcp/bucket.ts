/** Checks of the bucket that archives pass through: one that is there, or one that the program makes. */
import { LABEL } from "../../facts/tags";
import { ASKING, askRights, missingRights } from "../ask-rights";
import { CloudFailure, failedWith } from "../failure";
import { permissionsFor } from "../permissions";
import { findBucket, testBucketPermissions } from "./api/objects";
import { testProjectPermissions } from "./api/projects";
import type { GoogleSession } from "./api/session";
import type { Findings } from "./asking";
import { whoPublishes } from "./credentials";
import type { Owner } from "./others";
import { GOOGLE_PERMISSIONS } from "./permissions";
import { ROLE_CURE } from "./rights";

interface PlannedBucket {
  readonly project: string;
  readonly bucket: string;
  /** Location of a bucket that the program makes. Absent: the bucket is there. */
  readonly bucketLocation?: string;
  readonly owner: Owner;
  readonly isFirst?: boolean;
}

/** Permissions that the publisher needs on archives. */
const NEEDED = permissionsFor(GOOGLE_PERMISSIONS, ["publish"]).filter(({ on }) => on === "bucket");
const CREATE = "storage.buckets.create";
const GET = "storage.buckets.get";
const MAKER_CURE = "give its account the custom role in docs/policies/gcp-bucket-maker.json on the project";
const OTHER_NAME = "give `bucket.name` in imprimatur:gcp another one";

export async function checkBucket(session: GoogleSession, plan: PlannedBucket): Promise<Findings> {
  try {
    return plan.bucketLocation === undefined
      ? { problems: await checkUse(session, plan.bucket), warnings: [] }
      : await checkMade(session, plan, plan.bucketLocation);
  } catch (error) {
    if (error instanceof CloudFailure && error.kind !== "cancelled")
      return { problems: [error.message], warnings: [] };
    throw error;
  }
}

async function checkUse(session: GoogleSession, bucket: string): Promise<string[]> {
  const names = NEEDED.map(({ name }) => name);
  try {
    const permissions = await testBucketPermissions(session, bucket, names);
    const missing = NEEDED.filter(({ name }) => !permissions.includes(name));
    if (missing.length === 0) return [];
    const cure = `${ROLE_CURE}, or roles/storage.objectAdmin on the bucket`;
    const whole =
      permissions.length === 0 ? `${cure}; if the bucket is somebody else's, name one of your own` : cure;
    return [missingRights(whoPublishes(), `gs://${bucket}`, missing, whole)];
  } catch (error) {
    if (!failedWith(error, "absent")) throw error;
    return [
      `gs://${bucket}: there is no such bucket; make it (its location is your choice), or correct the config`,
    ];
  }
}

/**
 * A name is one for all of Google Cloud, and the native provider adopts nothing: creation fails with 409. Of another
 * project's bucket not even the properties are visible: 403 (test/contract/, buckets/get/others).
 */
async function checkMade(session: GoogleSession, plan: PlannedBucket, location: string): Promise<Findings> {
  const { bucket, owner, isFirst } = plan;
  const problem = (said: string): Findings => ({ problems: [said], warnings: [] });
  let found;
  try {
    found = await findBucket(session, bucket);
  } catch (error) {
    if (!failedWith(error, "denied")) throw error;
    return problem(await describeHidden(session, plan));
  }
  if (!found) return checkMakeable(session, plan);
  const label = found.labels?.[LABEL.stack];
  const use = "to send archives through it set `bucket.exists: true`";
  if (label !== undefined && label !== owner.label && label !== owner.formerLabel)
    return problem(`gs://${bucket} is there, and the stack ${label} made it; ${use}, or ${OTHER_NAME}`);
  if (label === undefined && isFirst)
    return problem(
      `gs://${bucket} is there, and has no label ${LABEL.stack}: this stack did not make it; ${use}, or ${OTHER_NAME}; if somebody took ` +
        `its labels, run \`gcloud storage buckets update gs://${bucket} --update-labels=${LABEL.stack}=${owner.label}\``,
    );
  const is = found.location ?? "";
  if (is.toUpperCase() !== location.toUpperCase())
    return problem(
      `gs://${bucket} is in ${is}, the stack file wants it in ${location.toUpperCase()}, and a bucket never moves; set ` +
        `\`bucket.location\` to ${is.toLowerCase()}, or ${OTHER_NAME}`,
    );
  return { problems: await checkUse(session, bucket), warnings: [] };
}

/** The right to see buckets of the project, if it is known, tells another's bucket from one that may not be seen. */
async function describeHidden(session: GoogleSession, { project, bucket }: PlannedBucket): Promise<string> {
  const names = "names are one for all of Google Cloud";
  const there = `gs://${bucket} is there, and ${whoPublishes()} may not see it (${GET})`;
  const seen = await permissionsOn(session, project, [GET]).catch((error: unknown): string[] => {
    if (failedWith(error, "cancelled")) throw error;
    return [];
  });
  return seen.includes(GET)
    ? `gs://${bucket} is another project's than ${project} (${names}); ${OTHER_NAME}`
    : `${there}: it is somebody else's (${names}), or this right is missing; ${OTHER_NAME}, or ${MAKER_CURE}`;
}

/**
 * Only the creation is refused beforehand: a new bucket gives its project's owners and editors rights on its objects
 * that they do not have on the project (cloud.google.com/storage/docs/access-control/iam, "convenience values", read
 * 2026-11-29).
 */
function checkMakeable(session: GoogleSession, { project, bucket }: PlannedBucket): Promise<Findings> {
  const rows = permissionsFor(GOOGLE_PERMISSIONS, ["place"]);
  return askRights(async () => {
    const names = [CREATE, ...NEEDED.map(({ name }) => name)];
    const permissions = await permissionsOn(session, project, names);
    const where = `project ${project}`;
    if (!permissions.includes(CREATE)) {
      const creation = rows.filter(({ name }) => name === CREATE);
      return { problems: [missingRights(whoPublishes(), where, creation, MAKER_CURE)], warnings: [] };
    }
    const missing = NEEDED.filter(({ name }) => !permissions.includes(name));
    if (missing.length === 0) return { problems: [], warnings: [] };
    const said = missingRights(whoPublishes(), where, missing, `${ROLE_CURE} on the project`);
    return {
      problems: [],
      warnings: [
        `a new bucket gives rights on its objects to owners and editors of its project alone; who is neither is refused at the upload to ` +
          `gs://${bucket}: ${said}`,
      ],
    };
  });
}

function permissionsOn(session: GoogleSession, project: string, names: readonly string[]) {
  return testProjectPermissions({ ...session, policy: ASKING }, project, names);
}
