import type { Cloud } from "../facts/clouds";
import { aws } from "./aws/object-names";
import { azure } from "./azure/object-names";
import { gcp } from "./gcp/object-names";
import type { ObjectFacts, ObjectNames } from "./object-facts";
import { openstack } from "./openstack/object-names";

/** One line per cloud. Apart from `clouds.ts`, whose checks read records, and so these names. */
const OBJECT_NAMES: Readonly<Record<Cloud, ObjectNames>> = { aws, gcp, azure, openstack };

/** Globally unique name of the object: account, place and id. */
export function uriOf(facts: ObjectFacts): string {
  return OBJECT_NAMES[facts.cloud].uriOf(facts);
}

/** The same for all names of one object; another object that has the name later has another `uid`. */
export function keyOf(name: string, facts: ObjectFacts): string {
  return `${facts.cloud} ${OBJECT_NAMES[facts.cloud].keyOf(name, facts)} ${facts.uid ?? ""}`;
}
