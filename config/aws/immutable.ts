import type { ImmutableReader, ObservedImage } from "../immutable";

const AMI = "aws:ec2/ami:Ami";
const AMI_COPY = "aws:ec2/amiCopy:AmiCopy";

/** AMIs and copies, under the ledger's names: see `immutableValues` in components/aws/immutable.ts. */
export const awsImmutable: ImmutableReader = ({ ofImages }) =>
  ofImages(AMI, AMI_COPY).map(({ type, version, architecture, outputs }): ObservedImage => {
    const { name, bootMode, rootDeviceName, enaSupport, tpmSupport, imdsSupport, ebsBlockDevices } = outputs;
    const devices = Array.isArray(ebsBlockDevices) ? (ebsBlockDevices as Record<string, unknown>[]) : [];
    const root = devices.find(({ deviceName }) => deviceName === rootDeviceName);
    return {
      version,
      architecture,
      values: {
        ...told({ homeRegion: type === AMI ? outputs.region : outputs.sourceAmiRegion }),
        ...told({ name, bootMode, rootDeviceName, volumeType: root?.volumeType, enaSupport }),
        // AWS omits these when unset.
        tpmSupport: textOf(tpmSupport),
        imdsSupport: textOf(imdsSupport),
      },
    };
  });

/** Values present in the state; secrets and absent values are unknown. */
function told(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      const text = textOf(value);
      return text ? [[name, text]] : [];
    }),
  );
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "boolean" ? String(value) : undefined;
}
