import { z } from "zod";
import { launchEvidence } from "../config/evidence";
import { CLOUDS } from "../facts/clouds";

/** Facts about one cloud object created from a disk. */
export const objectFacts = z.strictObject({
  cloud: z.enum(CLOUDS),
  /** Account, project or subscription of the publisher. */
  account: z.string(),
  /** Its region; `all` on Google Cloud; on Azure the home region, from which Azure replicates a version. */
  region: z.string(),
  /** `disk`: a managed disk without a gallery version. */
  kind: z.enum(["image", "snapshot", "disk"]),
  id: z.string(),
  /** Its public id: `/CommunityGalleries/…` of an Azure version. */
  publicId: z.string().optional(),
  /** The cloud's unique id of this object, where names are reusable (config/object-identity.ts). */
  uid: z.string().optional(),
  /** Creation time by the cloud. */
  createdAt: z.iso.datetime({ offset: true }).optional(),
  name: z.string(),
  architecture: z.enum(["x86_64", "arm64"]),
  /**
   * `bytes`: the object itself was read back; `archive bytes`: its source archive was, before and after; `source`:
   * only a checksum of the source was compared (records of version 0.1).
   */
  proof: z.enum(["bytes", "archive bytes", "source"]),
  /** Evidence from an instance launched from it, if the stack asks for one. */
  boot: launchEvidence.optional(),
});

/** Facts about an object; its URI is derived from them. */
export type ObjectFacts = z.infer<typeof objectFacts>;

/** How one cloud's objects are named in records: `<cloud>/object-names.ts` has it for each. */
export interface ObjectNames {
  /** The object's globally unique name: account, place and id. */
  readonly uriOf: (facts: ObjectFacts) => string;
  /** The same for all names by which the object is asked for. */
  readonly keyOf: (name: string, facts: ObjectFacts) => string;
}
