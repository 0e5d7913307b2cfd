import { removedPlaces } from "../../../config/removed";
import { CLOSING_READERS } from "../../../config/sections";

const TYPE = "imprimatur:aws:ImageClosing";
const nobody = { public: false, accounts: [], organizations: [], organizationalUnits: [] };

function closing(region: string, outputs: object) {
  const values = { region, image: "demo-1", withdrawn: false, ...nobody, open: "", openFor: [], closings: 2 };
  return { type: TYPE, name: `demo-1-x86_64-${region}`, outputs: { ...values, ...outputs } };
}

test.each([
  { what: "that everyone has", outputs: { public: true }, from: ["public"] },
  {
    what: "that was left open",
    outputs: { open: "AMI …", openFor: ["111111111111"] },
    from: ["111111111111"],
  },
])("a region $what and that is wanted no more is told, with whom it is taken from", ({ outputs, from }) => {
  const state = [closing("us-east-1", outputs), closing("eu-central-1", { public: true })];
  const wanted = { [`${TYPE} demo-1-x86_64-eu-central-1`]: [] };
  const args = { region: "us-east-1", image: "demo-1", withdrawn: false, ...nobody };
  expect(removedPlaces(state, wanted, CLOSING_READERS)).toEqual({
    [`${TYPE} demo-1-x86_64-us-east-1`]: {
      type: TYPE,
      args: { ...args, ...("public" in outputs && { public: true }) },
      closings: 2,
      from,
    },
  });
});

test("what nobody has is deleted without", () => {
  expect(removedPlaces([closing("us-east-1", {})], {}, CLOSING_READERS)).toEqual({});
});
