import { refuseProtected } from "../../../../clouds/aws/held-image";
import { FakeRegion } from "./fake-region";

const IMAGE = "ami-0123456789abcdef0";

test.each([
  { protection: "disabled", says: undefined },
  {
    protection: "enabled-without-cooldown",
    says: /^AMI ami-\w+ in eu-test-1 cannot .* somebody protected it .*image-id ami-\w+`$/,
  },
  {
    protection: "enabled-with-cooldown",
    says: /image-id ami-\w+`, and the same command again 24 hours later$/,
  },
  { protection: "cooldown", says: /switched off less than 24 hours ago: run the same command again after/ },
])("an image that is to go, with protection $protection", async ({ protection, says }) => {
  const region = new FakeRegion();
  region.images.set(IMAGE, []);
  region.protection = protection;
  const asked = refuseProtected(region.session(), IMAGE);
  await (says === undefined
    ? expect(asked).resolves.toBeUndefined()
    : expect(asked).rejects.toMatchObject({
        kind: "refused",
        message: expect.stringMatching(says) as string,
      }));
});

test("one that is gone is protected by nobody", async () => {
  await expect(refuseProtected(new FakeRegion().session(), IMAGE)).resolves.toBeUndefined();
});
