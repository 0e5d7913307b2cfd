import { compareDebianVersions } from "../../../archive/version";

/** deb-version(7), and cases of dpkg's own t/Dpkg_Version.t (1.21). */
test.each([
  ["1.0", "<", "1.1"],
  ["1.9", "<", "1.10"],
  ["1.0~rc1", "<", "1.0"],
  ["1.0~~", "<", "1.0~"],
  ["1.0", "<", "1.0+b1"],
  ["1.0-1", "<", "1.0-1+b1"],
  ["1.0-1+b2", "<", "1.0-1+b13"],
  ["1.0-1+deb12u1", "<", "1.0-1+deb12u2"],
  ["1.0-1~deb12u1", "<", "1.0-1"],
  ["1:0.1", ">", "9.9"],
  ["0:1.0", "=", "1.0"],
  ["1.0-0", "=", "1.0"],
  ["1.00", "=", "1.0"],
  ["1.0a", "<", "1.0+"],
  ["1.0Z", "<", "1.0a"],
  ["2.7.3-12345678901234567890", "<", "2.7.3-12345678901234567891"],
  ["1.0-1-1", ">", "1.0-1"],
])("%s %s %s", (a, order, b) => {
  const sign = { "<": -1, "=": 0, ">": 1 }[order];
  expect(Math.sign(compareDebianVersions(a, b))).toBe(sign);
  expect(Math.sign(compareDebianVersions(b, a))).toBe(sign === 0 ? 0 : -sign!);
});
