import { live } from "./history";

const before = { ...process.env };
afterAll(() => {
  process.env = before;
});

/** `npm run histories` runs thousands. */
test.each(Array.from({ length: 12 }, (_, index) => index + 1))(
  "whatever fails or is killed, nothing is seen by more people that no plan said and nobody named: seed %i",
  async (seed) => expect(await live(seed)).toBeUndefined(),
);
