import * as pulumi from "@pulumi/pulumi";
import { closeOnClouds, wantedClosings } from "../../../components/closings";
import { planStack } from "../../../components/plan";
import { Lifecycle } from "../../../resources/lifecycle";
import { build, stackOf } from "./builds";
import { find, registrationsOf } from "./registrations";

const NAME = "demo-20261120.0-x86_64-eu-central-1";
const KEY = `imprimatur:aws:ImageClosing ${NAME}`;

test("the guard is told who may have each place, and each closing whether it was begun", async () => {
  const one = build();
  const config = stackOf(
    { aws: { homeRegion: "eu-central-1", regions: { "eu-central-1": {} }, sharing: { public: true } } },
    [one],
  );
  const plan = planStack(config, { stack: "test", builds: [one] });
  const { registrations } = await registrationsOf(() => {
    const closings = wantedClosings(plan);
    const guard = new Lifecycle("demo", { releases: {}, allow: [], have: { images: {} }, closings });
    Object.assign(guard, { begun: pulumi.output({ [KEY]: { closings: 3, from: ["public"] } }) });
    closeOnClouds(plan, [guard], guard);
    return { outputs: {} };
  });
  expect(find(registrations, "Lifecycle", "demo").inputs.closings).toEqual({ [KEY]: ["public"] });
  expect(find(registrations, "ImageClosing", NAME).inputs.begun).toBe(3);
});
