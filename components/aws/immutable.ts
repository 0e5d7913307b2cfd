import type { ImmutableValues } from "../../config/ledger";
import type { AwsPlan } from "./plan";

/** Properties whose change forces replacement of the AMI. */
export function immutableValues({ images }: AwsPlan): ImmutableValues {
  return Object.fromEntries(
    images.map(({ architecture, homeRegion, ami: { name }, registration }) => {
      const { bootMode, tpmSupport, imdsSupport, enaSupport, rootDeviceName, volumeType } = registration;
      const given = {
        ...{ homeRegion, name, bootMode, rootDeviceName, volumeType },
        enaSupport: String(enaSupport),
        ...(tpmSupport !== undefined && { tpmSupport }),
        ...(imdsSupport !== undefined && { imdsSupport }),
      };
      return [architecture, given];
    }),
  );
}
