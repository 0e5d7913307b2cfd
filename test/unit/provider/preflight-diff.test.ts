import type { Call, Properties, ResourceHandler } from "../../../plugin/resource";
import { preflight as aws } from "../../../provider/aws/preflight";
import { preflight as azure } from "../../../provider/azure/preflight";
import { preflight as gcp } from "../../../provider/gcp/preflight";

const [EU, US] = ["eu-central-1", "us-east-1"];
const image = { name: "demo-1", architecture: "x86_64", sha256: "aa" };
const other = { name: "demo-1-arm64", architecture: "arm64", sha256: "bb" };
const home = { region: EU, public: true };
const onAws = {
  ...{ homeRegion: EU, product: "demo", release: "1", images: [image], pointers: ["/latest"] },
  regions: [home, { region: US, public: true, shared: true, publicImages: 1 }],
};
const onGcp = {
  ...{ project: "p", bucket: "b", images: [image], storageLocations: ["eu"], public: true },
  members: ["user:a@example.org", "user:b@example.org"],
};
const onAzure = {
  ...{ resourceGroup: "demo", resourceGroupExists: false, location: "westeurope", gallery: "demo" },
  ...{
    regions: ["westeurope", "eastus"],
    disks: [image],
    versions: [image],
    shared: true,
    permissions: "Groups",
  },
};

const cases: [string, ResourceHandler, Properties, Properties, boolean][] = [
  ["AWS: nothing new", aws, onAws, onAws, false],
  ["AWS: a region less", aws, onAws, { ...onAws, regions: [home] }, false],
  [
    "AWS: private",
    aws,
    onAws,
    { ...onAws, regions: onAws.regions.map(({ region }) => ({ region, public: false })) },
    false,
  ],
  ["AWS: no pointer any more", aws, onAws, { ...onAws, pointers: [] }, false],
  ["AWS: closed, and nothing else", aws, { ...onAws, closings: 1 }, onAws, false],
  [
    "AWS: withdrawn",
    aws,
    onAws,
    { ...onAws, withdrawn: true, regions: [{ region: US, public: false }] },
    false,
  ],
  ["AWS: back from being withdrawn", aws, { ...onAws, withdrawn: true }, onAws, true],
  ["AWS: a region more", aws, { ...onAws, regions: [home] }, onAws, true],
  ["AWS: public", aws, { ...onAws, regions: [{ region: EU, public: false }, onAws.regions[1]] }, onAws, true],
  ["AWS: another architecture", aws, onAws, { ...onAws, images: [image, other] }, true],
  ["AWS: other bytes", aws, onAws, { ...onAws, images: [{ ...image, sha256: "cc" }] }, true],
  ["AWS: a pointer more", aws, onAws, { ...onAws, pointers: ["/latest", "/1"] }, true],
  ["AWS: another account", aws, onAws, { ...onAws, accountId: "111111111111" }, true],
  ["Google: private", gcp, onGcp, { ...onGcp, public: false, members: undefined }, false],
  ["Google: withdrawn", gcp, onGcp, { ...onGcp, withdrawn: true, bucket: "c" }, false],
  ["Google: back from being withdrawn", gcp, { ...onGcp, withdrawn: true }, onGcp, true],
  ["Google: a member more", gcp, { ...onGcp, members: [] }, onGcp, true],
  ["Google: another place", gcp, onGcp, { ...onGcp, storageLocations: ["us"] }, true],
  ["Azure: a region less", azure, onAzure, { ...onAzure, regions: ["westeurope"] }, false],
  ["Azure: private", azure, onAzure, { ...onAzure, shared: undefined, permissions: undefined }, false],
  ["Azure: no version any more", azure, onAzure, { ...onAzure, versions: [] }, false],
  ["Azure: withdrawn", azure, onAzure, { ...onAzure, withdrawn: true, versions: [] }, false],
  ["Azure: back from being withdrawn", azure, { ...onAzure, withdrawn: true }, onAzure, true],
  ["Azure: a region more", azure, { ...onAzure, regions: ["westeurope"] }, onAzure, true],
  ["Azure: shared", azure, { ...onAzure, shared: undefined, permissions: undefined }, onAzure, true],
  ["Azure: community", azure, onAzure, { ...onAzure, permissions: "Community" }, true],
];

/** A change that only removes access does not wait for the answer of a cloud that may be silent. */
test.each(cases)(
  "a preflight is asked again when something is given, not when it is only taken: %s",
  (_what, handler, old, now, isAsked) => {
    const { changes } = handler.diff({ inputs: old, outputs: old }, now, {} as Call);
    expect(Object.keys(changes).length > 0).toBe(isAsked);
  },
);
