import type { Call, Properties, ResourceHandler } from "../../../plugin/resource";
import { imageSharing } from "../../../provider/aws/image-sharing";
import { gallerySharing } from "../../../provider/azure/gallery-sharing";
import { versionPublication } from "../../../provider/azure/version-publication";
import { imageMember } from "../../../provider/gcp/image-member";

/** No cloud is called: the first call would fail. */
const call: Call = {
  ...{ urn: "urn:pulumi:dev::imprimatur::t::x", name: "x", timeoutSeconds: 0 },
  ...{ signal: AbortSignal.abort(), log: () => undefined, status: () => undefined },
};
const SUBSCRIPTION = "0F5016B1-e362-4407-b5ed-78236d42a139";
const aws = { region: "eu-central-1", imageId: "ami-1", snapshotId: "snap-1" };
const lists = { accounts: ["111111111111"], organizations: [], organizationalUnits: [] };
const gallery = { galleryId: "/subscriptions/s/g", community: false, tenants: [] };
const version = { versionId: "/v", excludeFromLatest: false, tags: {} };
const region = (name: string) => ({ name, regionalReplicaCount: 1, storageAccountType: "Standard_LRS" });
const member = { project: "p", image: "demo-1" };

interface Case {
  readonly what: string;
  readonly handler: ResourceHandler;
  readonly inputs: Properties;
  readonly agreed: readonly string[];
  readonly more: string;
}
const CASES: Case[] = [
  {
    what: "an AMI",
    handler: imageSharing,
    inputs: { ...aws, ...lists, public: true },
    agreed: ["111111111111"],
    more: "public",
  },
  {
    what: "a Google image",
    handler: imageMember,
    inputs: { ...member, member: "allAuthenticatedUsers" },
    agreed: ["group:a@example.org"],
    more: "public",
  },
  {
    what: "a gallery",
    handler: gallerySharing,
    inputs: { ...gallery, subscriptions: [SUBSCRIPTION] },
    agreed: [],
    more: SUBSCRIPTION.toLowerCase(),
  },
  {
    what: "a region of a gallery version",
    handler: versionPublication,
    inputs: { ...version, targetRegions: [region("westeurope"), region("eastus")] },
    agreed: ["westeurope"],
    more: "eastus",
  },
];

test.each(CASES)(
  "$what is given to nobody whom a guard that was left out has not agreed to",
  async (each) => {
    const { handler, agreed, more } = each;
    const inputs = { ...each.inputs, agreed };
    const refused = new RegExp(
      `guard .* left out of this update by --target or --exclude, .* agreed to ${more};`,
    );
    await expect(handler.create(inputs, call)).rejects.toThrow(refused);
    const old = { inputs: { ...each.inputs }, outputs: { ...each.inputs } };
    await expect(handler.update!("id", old, inputs, call)).rejects.toThrow(refused);
  },
);

test.each(CASES)("what was agreed to of $what is no difference by itself, and no obstacle", async (each) => {
  const { handler, agreed, more } = each;
  const inputs = { ...each.inputs, agreed: [...agreed, more] };
  const old = { inputs: each.inputs, outputs: each.inputs };
  expect(handler.diff(old, inputs, call).changes).toEqual({});
  // Its calls come next, and fail because of the aborted signal.
  const error: unknown = await handler.create(inputs, call).catch((thrown: unknown) => thrown);
  expect(JSON.stringify(error) + String(error)).not.toContain("guard");
});
