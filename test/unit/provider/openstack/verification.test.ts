import { verification } from "../../../../provider/openstack/verification";
import { openstackBehindFetch, REGION } from "../../clouds/openstack/behind-fetch";
import { failure, Harness } from "../harness";

let harness: Harness;
beforeAll(async () => {
  harness = new Harness();
  await harness.disk(4096, [0]);
});
afterAll(() => harness.stop());
afterEach(() => jest.restoreAllMocks());

function verify() {
  const { size, blockMapRoot } = harness.diskInputs();
  return verification.create({ region: REGION, imageId: "i", size, blockMapRoot }, harness.call());
}

test.each<[string, Buffer, RegExp]>([
  ["too few bytes", Buffer.alloc(4095, 1), /it gives out 4095 bytes of 4096/],
  ["other bytes", Buffer.alloc(4096, 1), /read back, its block map root is/],
])("%s end the verification, with what removes the image from its region", async (_what, bytes, said) => {
  openstackBehindFetch(() => ({ bytes }));
  const { message } = await failure(verify());
  expect(message).toMatch(said);
  expect(message).toMatch(/`openstack --os-region-name RegionOne image set --unprotected i`/);
  expect(message).toMatch(/`openstack --os-region-name RegionOne image delete i`/);
});
