/** A gallery version as seen by another subscription. */
import type { SharedVersion } from "../../clouds/azure/api/galleries";
import { type Finding, sightFindings } from "../finding";
import type { ExpectedVersion } from "./expectations";
import { subjectOf } from "./subject";

/** A version as seen by a stranger, by region. */
export function compareForStranger(
  expected: ExpectedVersion,
  open: boolean,
  seen: ReadonlyMap<string, readonly SharedVersion[]>,
): Finding[] {
  const name = expected.id.split("/").at(-1);
  return [...seen].flatMap(([region, versions]) => {
    const visible = versions.some((version) => version.name === name);
    return sightFindings(
      subjectOf("version", expected.id, expected.release, region),
      { open, visible },
      {
        hidden: "look at the replication of the version there, and ask Azure",
        seen: "look at who the gallery is shared with",
      },
    );
  });
}
