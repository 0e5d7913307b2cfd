/** Expected images on OpenStack, from a stack's state. */
import { type Deployment, plain, record, texts } from "../deployment";

export interface ExpectedImage {
  readonly release?: string | undefined;
  readonly cloud?: string | undefined;
  readonly region: string;
  readonly id: string;
  readonly name: string;
  readonly size: number;
  /** This program's properties, and those of the stack file. */
  readonly properties: Readonly<Record<string, string>>;
  readonly protected: boolean;
  /** `public`, `community`, `shared` or `private`. Absent: it was not shared yet. */
  readonly visibility?: string | undefined;
  readonly projects: readonly string[];
  readonly hidden: boolean;
  /** Grantees by the ledger; absent: it does not know the release (any more). */
  readonly grantees?: readonly string[] | undefined;
}

const IMAGE = "imprimatur:openstack:Image";
const SHARING = "imprimatur:openstack:ImageSharing";

export function expectedOfOpenstack(deployment: Deployment): ExpectedImage[] {
  const sharing = new Map(deployment.ofType(SHARING).map(({ inputs }) => [plain(inputs.imageId), inputs]));
  return deployment.ofType(IMAGE).map((resource): ExpectedImage => {
    const { inputs } = resource;
    const id = plain(resource.outputs.imageId) ?? "";
    const release = deployment.releaseOf(resource);
    const region = plain(inputs.region) ?? "";
    const shared = sharing.get(id);
    const entry = release === undefined ? undefined : deployment.ledger[release];
    return {
      release,
      cloud: plain(inputs.cloud),
      region,
      id,
      name: plain(inputs.imageName) ?? "",
      size: Number(plain(inputs.size) ?? 0),
      properties: { ...record(inputs.properties), ...record(inputs.labels) },
      protected: inputs.protected === true,
      visibility: plain(shared?.visibility),
      projects: texts(shared?.projects),
      hidden: shared?.hidden === true,
      grantees: entry && texts(entry.audience.openstack?.[region]),
    };
  });
}
