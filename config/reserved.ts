/**
 * Values that no real account has: those that standards and the clouds reserve for documentation, and those of
 * rehearsals, which are public. On a stack file copied from documentation or from a rehearsal they would reach the real
 * cloud, whose refusal comes late and names something else ("the project was not found"), or users: a community gallery
 * with the terms of `https://images.example`.
 *
 * They are refused where requests go to the cloud itself, and nowhere else. Where requests go is said by the endpoint
 * variables of the cloud's own SDKs, as for every other tool; nothing here knows what answers at another endpoint.
 */
import { type Cloud, CLOUD_LABELS } from "../facts/clouds";
import { CLOUD_CONFIGS } from "./clouds";
import type { Problem } from "./problem";
import { onEachSection } from "./sections";
import type { StackConfig } from "./stack";

type Env = Readonly<Record<string, string | undefined>>;

/** The clouds of a stack that requests reach, by the endpoint variables. */
export function reachedClouds(config: Partial<StackConfig>, env: Env): Cloud[] {
  return onEachSection(config, (cloud) => isReached(cloud, env)).flatMap(([cloud, is]) =>
    is ? [cloud] : [],
  );
}

function isReached(cloud: Cloud, env: Env): boolean {
  const { endpoints, hosts } = CLOUD_CONFIGS[cloud].reserved;
  return !endpoints.some((name) => {
    const host = hostOf(env[name]);
    return host !== undefined && !hosts.test(host);
  });
}

/** `undefined`: no endpoint is named. */
function hostOf(endpoint: string | undefined): string | undefined {
  if (!endpoint) return undefined;
  try {
    return new URL(endpoint.includes("://") ? endpoint : `http://${endpoint}`).hostname;
  } catch {
    return endpoint;
  }
}

/** A problem for each reserved value that would reach its cloud. */
export function reservedProblems(config: StackConfig, env: Env): Problem[] {
  const reached = reachedClouds(config, env);
  return onEachSection(config, (cloud, section) => {
    if (!reached.includes(cloud)) return [];
    const { find } = CLOUD_CONFIGS[cloud].reserved;
    return find(section).map(({ path, given, because, needs }): Problem => ({
      path: [cloud, ...path],
      needs: `${needs}: requests go to ${CLOUD_LABELS[cloud]} itself`,
      given,
      cure: `It is ${because}; write your own, or take it out`,
    }));
  }).flatMap(([, problems]) => problems);
}
