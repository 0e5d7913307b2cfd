import type { Properties } from "../../../plugin/resource";
import type { Schema } from "../bridge/schema";
import type { Session } from "./session";

/** Every resource of version 7 may have its own region; changing it replaces the resource. */
export const REGION: Schema = {
  region: {
    type: "string",
    by: "either",
    replaces: true,
    refuse: (value: string) =>
      /^[a-z]{2}(-[a-z]+)+-\d+$/.test(value) ? undefined : `invalid AWS Region: ${value}`,
  },
};

/** The default region is the provider's. */
export function ownRegion(session: Session, inputs: Properties): Properties {
  return { region: inputs.region ?? session.region };
}

/** Import ids may end in `@region`. */
export function splitImportId(session: Session, importId: string): { id: string; known: Properties } {
  const [, id = importId, region = session.region] = /^(.*)@([a-z0-9-]+)$/.exec(importId) ?? [];
  return { id, known: { region } };
}
