import { otherOnAzure } from "../../../../config/azure/object-identity";

const MADE = "2026-11-20T05:00:00.1234567+00:00";

test.each([
  { recorded: { createdAt: MADE }, found: { createdAt: MADE }, same: true },
  { recorded: { createdAt: MADE }, found: { createdAt: "2026-11-20T05:00:00Z" }, same: true },
  { recorded: { createdAt: MADE }, found: { createdAt: "2026-11-20T05:00:02Z" }, same: false },
  { recorded: {}, found: { createdAt: MADE }, same: true },
  { recorded: { uid: "1", createdAt: MADE }, found: { uid: "2", createdAt: MADE }, same: false },
])("$recorded and $found are the same object: $same", ({ recorded, found, same }) => {
  expect(otherOnAzure(recorded, found) === undefined).toBe(same);
});
