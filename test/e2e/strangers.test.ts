import path from "node:path";
import { judgeWith, PYTHON, runJudge } from "./harness/judge";
import { expectSuccess, Rehearsed } from "./harness/rehearsed";
import { smallRelease } from "./harness/small-disk";
import { stackFile, type StackOutputs } from "./harness/stack-file";

const [OLD, NEW] = ["20261120.0", "20261121.0"] as const;
const REGIONS = ["eu-central-1", "us-east-1"];
const AZURE_REGIONS = ["westeurope", "eastus"];
const COMMUNITY = {
  publicNamePrefix: "imprimatur",
  publisherUri: "https://imprimatur.example",
  publisherContact: "images@imprimatur.example",
  eula: "https://imprimatur.example/eula",
};

const judged = judgeWith(
  "the clouds' Python clients",
  [PYTHON, "-c", "import boto3, google.cloud.compute_v1, azure.mgmt.compute"],
  "pip install -r test/requirements.txt",
);

interface Seen {
  aws: string[];
  gcp: { images: string[]; family: string | null };
  azure: Record<string, { versions: string[]; latest: string | null }>;
}

judged(
  "sharing, un-sharing, a withdrawal and the way back, as boto3 and the Python clients of Google and Azure show them to a stranger",
  async () => {
    const rehearsed = await Rehearsed.start("eyes");
    try {
      const imageFiles = {
        [OLD]: await smallRelease(rehearsed.checkout, "eyes", OLD),
        [NEW]: await smallRelease(rehearsed.checkout, "eyes", NEW),
      };
      const seenAfter = async (
        lines: { version: string; state: string; reason?: string }[],
        isPublic = true,
      ) => {
        const releases = lines.map((line) => ({
          ...line,
          imageFile: imageFiles[line.version as typeof OLD],
        }));
        rehearsed.checkout.write("stacks/Pulumi.eyes.yaml", stackOf(releases, isPublic));
        expectSuccess(await rehearsed.up());
        return lookAsStranger(rehearsed);
      };

      const old = { version: OLD, state: "published" };
      const wanted = (versions: string[], newest: string | null): Seen => ({
        aws: versions
          .flatMap((version) =>
            REGIONS.flatMap((place) => ["image", "snapshot"].map((what) => `${version} ${what} ${place}`)),
          )
          .sort(),
        gcp: {
          images: versions.map((version) => `${version} ACTIVE`),
          family: newest && `eyes-x86-64-${newest.replace(".", "-")}`,
        },
        azure: Object.fromEntries(
          AZURE_REGIONS.map((region) => [
            region,
            { versions: versions.map((version) => `0.${version}`), latest: newest && `0.${newest}` },
          ]),
        ),
      });

      expect(await seenAfter([old, { version: NEW, state: "staged" }])).toEqual(wanted([OLD], OLD));
      expect(await seenAfter([old, { version: NEW, state: "published" }])).toEqual(wanted([OLD, NEW], NEW));
      // An emergency: the new one is withdrawn, and every pointer is on the old one again.
      expect(await seenAfter([old, { version: NEW, state: "withdrawn" }])).toEqual(wanted([OLD], OLD));
      const back = { version: NEW, state: "published", reason: "it was another image" };
      expect(await seenAfter([old, back])).toEqual(wanted([OLD, NEW], NEW));

      // No longer public: AWS and Google close the images; the gallery remains to those who know it.
      const closed = await seenAfter([old, back], false);
      expect({ aws: closed.aws, gcp: closed.gcp }).toEqual({ aws: [], gcp: { images: [], family: null } });
    } finally {
      await rehearsed.end();
    }
  },
  900_000,
);

function stackOf(releases: object[], isPublic: boolean): string {
  const file = {
    product: "eyes",
    version: OLD,
    imageFile: "",
    regions: REGIONS,
    azureRegions: AZURE_REGIONS,
  };
  const { config } = JSON.parse(stackFile(file)) as { config: Record<string, Record<string, unknown>> };
  Object.assign(config, { "imprimatur:releases": releases });
  Object.assign(config["imprimatur:aws"]!, { sharing: { public: isPublic } });
  Object.assign(config["imprimatur:gcp"]!, { sharing: { public: isPublic } });
  Object.assign(config["imprimatur:azure"]!, {
    gallery: { name: "eyes", sharing: { community: COMMUNITY } },
  });
  return JSON.stringify({ config });
}

async function lookAsStranger(rehearsed: Rehearsed): Promise<Seen> {
  const { releases, shared } = await rehearsed.outputs<StackOutputs>();
  const versions = Object.entries(releases);
  const asked = {
    aws: Object.fromEntries(
      REGIONS.map((region) => [
        region,
        Object.fromEntries(
          versions.flatMap(([version, { aws, snapshots }]) => {
            const [image, snapshot] = [aws.x86_64![region], snapshots.x86_64![region]];
            return image && snapshot ? [[version, [image, snapshot]]] : [];
          }),
        ),
      ]),
    ),
    gcp: {
      project: "rehearsal-publisher",
      family: "eyes-x86-64",
      images: Object.fromEntries(
        versions.map(([version, { gcp }]) => [version, gcp!.x86_64!.split("/").at(-1)]),
      ),
    },
    azure: { gallery: shared.azure!.publicName, definition: "eyes-x86_64", regions: AZURE_REGIONS },
  };
  const eyes = path.join(__dirname, "../judges/stranger_eyes.py");
  const { status, output, errors } = await runJudge(PYTHON, [eyes, JSON.stringify(asked)], rehearsed.env);
  if (status !== 0) throw new Error(errors);
  return JSON.parse(output) as Seen;
}
