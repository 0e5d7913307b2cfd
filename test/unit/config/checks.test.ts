import type { Evidence } from "../../../config/evidence";
import { expectation } from "../../../config/expectation";
import { parseStackConfig } from "../../../config/parse";
import { renderProblems } from "../../../config/render";
import { goodValues } from "./stack-values";

const SIGNED: Evidence["input"] = {
  signer: { fingerprint: "A".repeat(40), user: "Builder", signedOn: "2026-11-20T00:00:00.000Z" },
  checksums: "SHA512SUMS",
  sha512: "0".repeat(128),
  proof: { list: "list", signature: "AAAA", key: "AAAA" },
};
const POLICY: NonNullable<Evidence["policy"]> = {
  outcome: "passed",
  version: 1,
  counts: { passed: 21, failed: 0, notInspected: 0 },
  failed: [],
  declared: expectation.parse({}),
  report: `sha256:${"0".repeat(64)}`,
};
const BOOT: NonNullable<Evidence["boot"]> = {
  outcome: "passed",
  problems: [],
  machine: { qemu: "7.2.22", accelerator: "tcg", firmware: "OVMF.fd" },
  cloudInit: { outcome: "done" },
  failedUnits: [],
  imprimatur: "0.1.0",
};
const ALL = { input: SIGNED, policy: POLICY, boot: BOOT };

/** Messages about the demo's release in this state, with these findings of its one image. */
function said(
  checks: Record<string, unknown>,
  evidence: Evidence,
  { state = "published", product = {}, record }: { state?: string; product?: object; record?: object } = {},
): string[] {
  const good = goodValues();
  const values = {
    ...good,
    product: { ...(good.product as object), ...product },
    releases: [
      {
        version: "20261120.0",
        state,
        imageFile: "images/demo/20261120.0.json",
        deprecateOn: "2028-01-01T00:00:00Z",
      },
    ],
    checks,
    ...(record && { record }),
  };
  const image = { size: 1024 ** 3, bootMode: "uefi" as const, ...evidence };
  const images = new Map([["images/demo/20261120.0.json", { x86_64: image }]]);
  const { problems } = parseStackConfig(values, { images });
  return problems ? renderProblems(problems, { file: "stacks/Pulumi.demo.yaml" }).split("\n").slice(1) : [];
}

const EVERYTHING = { input: "required", policy: "required", boot: "required", record: "optional" };

test.each<[string, Evidence, string]>([
  [
    "input",
    {},
    'needs a signed input of the x86_64 image, because imprimatur:checks.input is required, but has "an unsigned one"',
  ],
  [
    "input",
    { input: "unsigned" },
    'but has "an unsigned one". Run `imprimatur inspect` with --sums, --signature and --keyring, or leave the release staged',
  ],
  [
    "input",
    { input: { ...SIGNED, proof: undefined } },
    'but has "one whose signed list is not in the image file, so that nobody can check it"',
  ],
  [
    "policy",
    {},
    'needs a passed image policy of the x86_64 image, because imprimatur:checks.policy is required, but has "none: it was not measured"',
  ],
  [
    "policy",
    { policy: { ...POLICY, outcome: "failed", failed: ["machine-id", "passwords"] } },
    "a failed one: machine-id, passwords",
  ],
  [
    "policy",
    { policy: { ...POLICY, declared: { ...POLICY.declared, provenance: "based-on" } } },
    "measured as based on another product",
  ],
  [
    "boot",
    {},
    'needs a passed boot check of the x86_64 image, because imprimatur:checks.boot is required, but has "none: it was not started". Run `imprimatur boot --image-file images/demo/20261120.0.json`, or leave',
  ],
  [
    "boot",
    { boot: { ...BOOT, outcome: "failed", problems: ["the kernel panicked"] } },
    "a failed one: the kernel panicked",
  ],
])("with %s required, a published release that lacks it is refused: %j", (name, found, says) => {
  const lines = said(
    { input: "optional", policy: "optional", record: "optional", [name]: "required" },
    found,
  );
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("imprimatur:releases[0].imageFile: ");
  expect(lines[0]).toContain(says);
});

test("all that is missing is told at once, and nothing when all is there", () => {
  expect(said(EVERYTHING, {})).toHaveLength(3);
  expect(said(EVERYTHING, ALL)).toEqual([]);
});

test.each(["staged", "deprecated", "withdrawn"])("a %s release needs none of it", (state) => {
  expect(said(EVERYTHING, {}, { state })).toEqual([]);
});

test("an official product promises a signed input and a passed policy, unless it says otherwise", () => {
  expect(said({}, {}, { record: {} }).map((line) => /checks\.(\w+) is/.exec(line)?.[1])).toEqual([
    "input",
    "policy",
  ]);
  expect(said({ input: "optional", policy: "optional", record: "optional" }, {})).toEqual([]);
});

test("an official product needs a release key as soon as something of it is published, unless it says otherwise", () => {
  expect(said({}, ALL)).toEqual([
    "stacks/Pulumi.demo.yaml: imprimatur:record: is missing; needs what signs a record of each published release, " +
      "because the product is official. Add `imprimatur:record: {}` and a release key (docs/verify.md), or say " +
      "`record: optional` in imprimatur:checks.",
  ]);
  expect(said({}, ALL, { record: {} })).toEqual([]);
  expect(said({}, ALL, { state: "staged" })).toEqual([]);
  expect(said({}, ALL, { record: { folder: "/etc" } }).join()).toContain("imprimatur:record.folder");
  expect(said({}, ALL, { record: { folder: "/etc" } })).toHaveLength(1);
  const product = { provenance: { basedOn: "Debian 13" } };
  expect(said({}, ALL, { product })).toEqual([]);
  expect(said({ record: "required" }, ALL, { product })).toHaveLength(1);
});

test("only who is named may have signed for the disk", () => {
  const [own, other] = ["A".repeat(40), "B".repeat(40)];
  const product = { provenance: { basedOn: "Debian 13" } };
  expect(said({ signers: [own] }, ALL, { product })).toEqual([]);
  expect(said({ signers: [other] }, ALL, { product })).toEqual([
    expect.stringContaining(
      `needs a signed input of the x86_64 image, because imprimatur:checks.input is required, but has "one signed by ${own} (Builder), whom imprimatur:checks.signers does not name"`,
    ),
  ]);
  expect(said({ signers: [other] }, {}, { product }).join()).toContain("an unsigned one");
  expect(said({ signers: [other], input: "optional" }, {}, { product })).toEqual([]);
  expect(said({ signers: ["df9b 9c49"] }, ALL).join()).toContain(
    "needs an OpenPGP fingerprint: 40 or 64 hex digits",
  );
});

test("of one that is based on another nothing is required unless it says so", () => {
  const product = { provenance: { basedOn: "Debian 13" } };
  expect(said({}, {}, { product })).toEqual([]);
  expect(said({ boot: "required" }, {}, { product })).toHaveLength(1);
});

test("a product that is based on another may be measured as such", () => {
  const measured = {
    policy: { ...POLICY, declared: { ...POLICY.declared, provenance: "based-on" as const } },
  };
  const product = { provenance: { basedOn: "Debian 13" } };
  expect(said({ policy: "required" }, measured, { product })).toEqual([]);
});

test("a word that is not known is refused", () => {
  expect(said({ boot: "yes" }, {}).join()).toContain(
    'imprimatur:checks.boot: needs one of required, optional, but has "yes"',
  );
});
