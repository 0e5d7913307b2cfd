import { missingServices, refuseMissing } from "../../../../rehearsal/openstack/programs";

const PATH = process.env.PATH;
afterEach(() => void (process.env.PATH = PATH));

test("a machine without the services is told the command that installs them", () => {
  process.env.PATH = "/nowhere";
  expect(missingServices()).toBe("apt-get install --no-install-recommends keystone glance-api util-linux");
  expect(refuseMissing).toThrow(
    /^OpenStack's own services are needed.*`apt-get install.*or leave --openstack out$/,
  );
});
