import { Deployment } from "../../../audit/deployment";
import { exportOf, releaseResources, state } from "./exported";

describe("the engine's export", () => {
  test.each([
    ["not JSON", "warning: something", /not JSON/],
    ["of another shape", '{"version": "x"}', /version/],
  ])("that is %s is refused in one line", (_what, text, message) => {
    expect(() => Deployment.parse(text)).toThrow(message);
  });

  test("of an empty stack is a deployment without resources", () => {
    const deployment = Deployment.parse('{"version": 3, "deployment": {"manifest": {}}}');
    expect(deployment.resources).toEqual([]);
    expect(deployment.ledger).toEqual({});
  });

  test("may hold types that nobody knows, secrets, and what waits for its deletion", () => {
    const secret = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      ciphertext: "v1:x",
    };
    const deployment = Deployment.parse(
      exportOf([
        ...releaseResources("1.0", "published", {}),
        state("other:index:Thing", "thing", "t-1", { password: secret }),
        { ...state("aws:ec2/ami:Ami", "old", "ami-old", {}), delete: true },
      ]),
    );
    expect(deployment.ofType("other:index:Thing")).toHaveLength(1);
    expect(deployment.ofType("aws:ec2/ami:Ami")).toEqual([]);
    expect(deployment.everything.map(({ id }) => id)).toContain("ami-old");
  });

  test("tells of a resource which release it is part of", () => {
    const deployment = Deployment.parse(
      exportOf([
        ...releaseResources("1.0", "published", {}),
        state("aws:ec2/ami:Ami", "demo-1.0-x86_64", "ami-1", {}, "1.0"),
        state("aws:ec2/ami:Ami", "alone", "ami-2", {}),
      ]),
    );
    expect(deployment.ofType("aws:ec2/ami:Ami").map((each) => deployment.releaseOf(each))).toEqual([
      "1.0",
      undefined,
    ]);
  });

  test.each([
    ["a tag", "aws:ec2/ami:Ami", { tags: { "imprimatur:product": "demo", "imprimatur:stack": "night" } }],
    [
      "a label",
      "gcp:storage/bucket:Bucket",
      { labels: { "imprimatur-product": "demo", "imprimatur-stack": "night" } },
    ],
  ])("knows whose it is by %s of the first thing that was being made", (_what, type, inputs) => {
    const urn = `urn:pulumi:s::p::${type}::n`;
    const pending = [{ type: "creating", resource: { urn, type, inputs } }];
    const resources = [{ urn: "urn:pulumi:s::p::t::m", type: "t", inputs: { labels: {} } }];
    const text = JSON.stringify({ version: 3, deployment: { resources, pending_operations: pending } });
    expect(Deployment.parse(text).identity).toEqual({ product: "demo", stack: "night" });
  });

  test("names what the engine did not see the end of", () => {
    const text = JSON.stringify({
      version: 3,
      deployment: {
        pending_operations: [
          { type: "creating", resource: { urn: "urn:pulumi:s::p::t::n", type: "t", inputs: { name: "x" } } },
          { type: "deleting", resource: { urn: "urn:pulumi:s::p::t::m", type: "t" } },
        ],
      },
    });
    expect(Deployment.parse(text).pending).toEqual([
      { type: "creating", urn: "urn:pulumi:s::p::t::n", resourceType: "t", inputs: { name: "x" } },
      { type: "deleting", urn: "urn:pulumi:s::p::t::m", resourceType: "t", inputs: {} },
    ]);
  });
});
