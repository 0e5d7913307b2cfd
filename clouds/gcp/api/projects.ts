/** Calls on a project: its contents, its quotas, and its organisation's policies. */
import { jsonAnswer } from "../../json-answer";
import { computeEndpoint, orgPolicyEndpoint, resourceManagerEndpoint } from "./endpoints";
import { callGoogle, getGoogle, type GoogleSession, listGoogle } from "./session";

/**
 * Names of the regions. @throws {CloudFailure} `absent`: there is no such project, or it is not visible to these
 * credentials
 */
export async function listRegions(session: GoogleSession, project: string): Promise<string[]> {
  const what = `regions.list ${project}`;
  const url = `${computeEndpoint()}/projects/${encodeURIComponent(project)}/regions`;
  return (await listGoogle<{ name: string }>(session, what, url, [])).map(({ name }) => name);
}

interface Project {
  readonly quotas?: readonly { readonly metric?: string; readonly limit?: number; readonly usage?: number }[];
}

export function getProject(session: GoogleSession, project: string): Promise<Project> {
  const url = `${computeEndpoint()}/projects/${encodeURIComponent(project)}`;
  return getGoogle(session, `projects.get ${project}`, url);
}

/** @param license `projects/<project>/global/licenses/<name>` */
export function getLicense(session: GoogleSession, license: string): Promise<object> {
  return getGoogle(session, `licenses.get ${license}`, `${computeEndpoint()}/${license}`);
}

/** @returns the permissions of the list that the caller has */
export async function testProjectPermissions(
  session: GoogleSession,
  project: string,
  permissions: readonly string[],
): Promise<readonly string[]> {
  const what = `projects.testIamPermissions ${project}`;
  const answer = await callGoogle(session, what, {
    method: "POST",
    url: `${resourceManagerEndpoint()}/projects/${encodeURIComponent(project)}:testIamPermissions`,
    json: { permissions },
  });
  const told = jsonAnswer<{ permissions?: string[] }>(`${what} on Google Cloud`, answer.text);
  return told.permissions ?? [];
}

export interface PolicyRule {
  readonly allowAll?: boolean;
  readonly denyAll?: boolean;
  readonly enforce?: boolean;
  readonly condition?: unknown;
  readonly values?: { readonly allowedValues?: readonly string[] };
  readonly parameters?: {
    readonly allowedMemberSubjects?: readonly string[];
    readonly allowedPrincipalSets?: readonly string[];
  };
}

/** The effective rules of an organisation policy for a project. */
export async function getEffectivePolicy(
  session: GoogleSession,
  project: string,
  constraint: string,
): Promise<readonly PolicyRule[]> {
  const what = `policies.getEffectivePolicy ${project}/${constraint}`;
  const url = `${orgPolicyEndpoint()}/v2/projects/${encodeURIComponent(project)}/policies/${constraint}:getEffectivePolicy`;
  const { spec } = await getGoogle<{ spec?: { rules?: PolicyRule[] } }>(session, what, url);
  return spec?.rules ?? [];
}
