import type { Call } from "../call";
import { AwsError } from "../protocol/errors";
import { escapeXml } from "../protocol/xml";
import { decide, type Decision, missingContext, type Policy } from "./policy";
import { arnOf } from "./users";

/**
 * A user's rights.
 *
 * @returns the content of SimulatePrincipalPolicy's result; API Reference, 2026-11
 */
export function simulate(call: Call, form: ReadonlyMap<string, string>): string {
  const source = form.get("PolicySourceArn") ?? "";
  const user = call.world.users.find(call.account.id, source.split("/").at(-1) ?? "");
  if (!user || arnOf(user) !== source) {
    throw new AwsError("NoSuchEntity", `The policy source ${source} does not exist.`, 404);
  }
  const policies = call.world.users.policiesOf(user);
  const list = (name: string) => [...form].filter(([key]) => key.startsWith(name)).map(([, value]) => value);
  const resources = list("ResourceArns.member.");
  const on = resources.length > 0 ? resources : ["*"];
  const members = list("ActionNames.member.").map((asked) => evaluation(policies, asked, on));
  return `<IsTruncated>false</IsTruncated><EvaluationResults>${members.join("")}</EvaluationResults>`;
}

/**
 * One result for each action, the most restrictive decision over all resources, with each resource's own inside: "The
 * simulator now returns a single EvaluationResult per action", API Reference, EvaluationResult (2026-11).
 */
function evaluation(policies: readonly Policy[], action: string, resources: readonly string[]): string {
  const each = resources.map((resource) => {
    const demand = { action, resource };
    return { resource, decision: decide(policies, demand), missing: missingContext(policies, demand) };
  });
  const ranked: Decision[] = ["explicitDeny", "implicitDeny", "allowed"];
  const worst = ranked.find((decision) => each.some((one) => one.decision === decision)) ?? "allowed";
  const keys = (missing: string[]) => missing.map((key) => `<member>${escapeXml(key)}</member>`).join("");
  const isAny = resources.length === 1 && resources[0] === "*";
  const inside = each.map(
    ({ resource, decision, missing }) =>
      `<member><EvalResourceName>${escapeXml(resource)}</EvalResourceName><EvalResourceDecision>${decision}</EvalResourceDecision>` +
      `<MatchedStatements/><MissingContextValues>${keys(missing)}</MissingContextValues></member>`,
  );
  return (
    `<member><EvalActionName>${escapeXml(action)}</EvalActionName><EvalResourceName>${escapeXml(resources[0] ?? "*")}</EvalResourceName>` +
    `<EvalDecision>${worst}</EvalDecision><MatchedStatements/>` +
    `<MissingContextValues>${isAny ? keys(each[0]?.missing ?? []) : ""}</MissingContextValues>` +
    `${isAny ? "" : `<ResourceSpecificResults>${inside.join("")}</ResourceSpecificResults>`}</member>`
  );
}
