import fc from "fast-check";
import { MIB } from "../../../../facts/units";
import { blankFooter, footerProblem } from "../../../../rehearsal/azure/storage/footer";
import { qemuVhd } from "./harness";

test("qemu-img's footer and our blank one are right", () => {
  const vhd = qemuVhd(21);
  expect(footerProblem(vhd.subarray(-512), vhd.length, "u")).toBeUndefined();
  expect(footerProblem(blankFooter(20 * MIB, Buffer.alloc(16)), 20 * MIB + 512, "u")).toBeUndefined();
});

test("any other byte anywhere in a footer is found", () => {
  const right = blankFooter(64 * MIB, Buffer.alloc(16, 7));
  fc.assert(
    fc.property(fc.nat(511), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const wrong = Buffer.from(right);
      wrong[at] = (wrong[at] ?? 0) ^ flip;
      expect(footerProblem(wrong, 64 * MIB + 512, "u")).toBeDefined();
    }),
  );
});
