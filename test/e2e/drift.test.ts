import fs from "node:fs";
import type { Finding } from "../../audit/finding";
import { changeFeatures, MUTATIONS, type World } from "./drift/mutations";
import { CURRENT, driftStack, HOME, PROJECT, writeProduct } from "./drift/product";
import { TOLD_OTHERWISE } from "./drift/told-otherwise";
import { expectSuccess, Rehearsed } from "./harness/rehearsed";
import type { StackOutputs } from "./harness/stack-file";

const GOOGLE_IMAGE = `demo-x86-64-${CURRENT.replace(".", "-")}`;
const GOOGLE_PLACE = { project: PROJECT, image: GOOGLE_IMAGE };

/** Values that Google may begin to return for an image, for every property that replaces `gcp.compute.Image`. */
const GOOGLE_TELLS = {
  description: "mine",
  diskSizeGb: 20,
  guestOsFeatures: [{ type: "GVNIC" }, { type: "TDX_CAPABLE" }, { type: "SNP_SVSM_CAPABLE" }],
  licenses: ["https://www.googleapis.com/compute/v1/projects/debian-cloud/global/licenses/debian-13-trixie"],
  shieldedInstanceInitialState: { dbs: [{ content: "AA==", fileType: "BIN" }] },
  storageLocations: ["us"],
};

interface Audited {
  status: number | null;
  findings: Finding[];
}

/** A product of three releases on three clouds, changed outside the stack in every way that is known to happen. */
describe("drift", () => {
  let rehearsed: Rehearsed;
  let world: World;

  beforeAll(async () => {
    rehearsed = await Rehearsed.start("drift");
    await writeProduct(rehearsed);
    expectSuccess(await rehearsed.up());
    world = { env: rehearsed.env, outputs: await rehearsed.outputs<StackOutputs>(), made: new Map() };
  });
  afterAll(() => rehearsed?.end());

  const audit = async (): Promise<Audited> => {
    const ran = await rehearsed.checkout.imprimatur(["audit", "--stack", "drift", "--json"], {
      env: rehearsed.env,
    });
    if (!ran.stdout.startsWith("{")) throw new Error(`imprimatur audit: ${ran.stderr}`);
    const { findings, unasked } = JSON.parse(ran.stdout) as { findings: Finding[]; unasked: string[] };
    expect(unasked).toEqual([]);
    return { status: ran.status, findings };
  };

  test("there is none after an up", async () => {
    expect(await audit()).toEqual({ status: 0, findings: [] });
  });

  test("is found, each thing once and nothing else, and told from what cannot be repaired", async () => {
    for (const { mutate } of MUTATIONS) await mutate(world);
    const { status, findings } = await audit();
    expect(briefly(findings)).toEqual(MUTATIONS.flatMap(({ finds }) => finds).sort());
    expect(findings.every(({ seenBy }) => seenBy === "owner")).toBe(true);
    expect(status).toBe(4);
  });

  test("is repaired by the next up where it can be, and nothing else is touched", async () => {
    await changeFeatures(world);
    const before = await rehearsed.inventory();
    expectSuccess(await rehearsed.pulumi(["up", "--refresh", "--yes", "--skip-preview"]));
    const { status, findings } = await audit();
    const lasting = MUTATIONS.flatMap(({ finds }) => finds).filter((found) => found.endsWith(" none"));
    // The engine compares no feature, since Azure never changes one back: only the audit reports it.
    const feature = "azure global definition feature DiskControllerTypes changed none";
    expect(briefly(findings)).toEqual([...lasting, feature].sort());
    expect(status).toBe(4);
    // Objects that were not deleted outside the stack are the same as before.
    const after = new Set((await rehearsed.inventory()).map(({ region, id }) => `${region} ${id}`));
    const lost = before.filter(({ region, id }) => !after.has(`${region} ${id}`));
    expect(lost.map(({ kind, id }) => `${kind} ${id}`)).toEqual([]);
  });

  const googleImage = async () =>
    (await rehearsed.inventory()).find(({ kind, name }) => kind === "image" && name === GOOGLE_IMAGE)?.id;

  test("of what only a new AMI or Google image can have otherwise takes none from its users, protected or not", async () => {
    const before = await rehearsed.outputs<StackOutputs>();
    const google = await googleImage();
    await rehearsed.fault({ cloud: "gcp", kind: "describe", ...GOOGLE_PLACE, as: GOOGLE_TELLS });
    for (const region of [HOME, "us-east-1"]) {
      const image = before.releases[CURRENT]!.aws.x86_64![region]!;
      await rehearsed.fault({ cloud: "aws", kind: "describe", region, image, as: TOLD_OTHERWISE });
    }
    expectSuccess(await rehearsed.pulumi(["up", "--refresh", "--yes", "--skip-preview"]));
    expect(await rehearsed.outputs<StackOutputs>()).toEqual(before);
    // Google's own id, which the stack does not show.
    expect(await googleImage()).toBe(google);
  });

  test("a Google image that is wanted otherwise goes once its archive is there again, and not before", async () => {
    const before = await googleImage();
    const { checkout } = rehearsed;
    const wanted = JSON.parse(driftStack()) as { config: { "imprimatur:gcp": object } };
    Object.assign(wanted.config["imprimatur:gcp"], {
      image: { guestOsFeatures: { x86_64: ["GVNIC", "UEFI_COMPATIBLE"] } },
    });
    checkout.write("stacks/Pulumi.drift.yaml", JSON.stringify(wanted));
    const disk = checkout.path("images/demo/demo.raw");
    fs.renameSync(disk, `${disk}.away`);
    const failed = await rehearsed.up();
    expect(failed.status).not.toBe(0);
    expect(failed.stdout).toContain("demo.raw");
    expect(await googleImage()).toBe(before);
    fs.renameSync(`${disk}.away`, disk);
    expectSuccess(await rehearsed.up());
    const after = await googleImage();
    expect([typeof after, after === before]).toEqual(["string", false]);
  });
});

function briefly(findings: readonly Finding[]): string[] {
  return findings
    .map(({ cloud, region, object, field, kind, repair }) =>
      [cloud, region, object.kind, field, kind, repair].join(" "),
    )
    .sort();
}
