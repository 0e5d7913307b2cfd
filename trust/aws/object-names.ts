import type { ObjectNames } from "../object-facts";

export const aws: ObjectNames = {
  uriOf: ({ region, account, kind, id }) => `aws:ec2:${region}:${account}:${kind}/${id}`,
  // An AMI has its id whoever it belongs to.
  keyOf: (_name, { region, kind, id }) => `${region} ${kind} ${id}`,
};
