import { takeAway } from "./outage";
import { makeWorld, type World } from "./world";

let world: World;
beforeAll(async () => {
  world = await makeWorld(2_000);
});
afterAll(() => world.end());

/** `npm run outages` runs all of them. */
test.each([
  ["withdraw", "aws us-east-1", "503"],
  ["un-share", "gcp", "hang"],
  ["narrow", "azure", "denied"],
  ["remove", "aws eu-central-1", "drop"],
] as const)(
  "%s while %s is down (%s): every other place is closed, and it is told what is not",
  async (road, name, down) => {
    const at = world.places.find((place) => place.name === name);
    expect((await takeAway(world, road, at, down)).wrong).toEqual([]);
  },
);
