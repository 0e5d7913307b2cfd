import { removeOnceEmpty } from "../../../../clouds/azure/remove";
import { scripted } from "./script";

const GALLERY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/demo";
const DEFINITION = `${GALLERY}/images/trixie`;

/** Recorded in azure-rest-api-specs#11559 and by azure-cli (test_gallery_e2e.yaml, 2023-06-25). */
const REFUSED = {
  status: 409,
  body: {
    error: {
      code: "CannotDeleteResource",
      message: "Can not delete resource before nested resources are deleted.",
    },
  },
};
const GONE = { status: 404, body: { error: { code: "NotFound", message: "not found" } } };

/** @param refusals number of times that the deletion is refused */
function deleted({ refusals, inside = [] }: { refusals: number; inside?: readonly object[] }) {
  let left = refusals;
  return scripted(({ method, url }) => {
    if (url.includes("/versions?")) return { status: 200, body: { value: inside } };
    if (method === "DELETE") return left-- > 0 ? REFUSED : { status: 204 };
    return GONE;
  });
}

test.each([
  { of: "at once", refusals: 0, seconds: 0 },
  { of: "after a minute and a half, the longest that was seen", refusals: 11, seconds: 90 },
])("a definition is deleted $of", async ({ refusals, seconds }) => {
  const { session, asked, waits } = deleted({ refusals });
  await removeOnceEmpty(session, DEFINITION);
  expect(asked.filter((line) => line.startsWith("DELETE"))).toHaveLength(refusals + 1);
  expect(asked.at(-1)).toBe("GET images/trixie");
  expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(seconds * 1000);
});

test("a definition that holds a version stays, and the version is named", async () => {
  const version = (name: string, provisioningState: string) => ({
    id: `${DEFINITION}/versions/${name}`,
    properties: { provisioningState },
  });
  const inside = [version("1.0.0", "Succeeded"), version("0.9.0", "Deleting")];
  const { session } = deleted({ refusals: 1_000, inside });
  await expect(removeOnceEmpty(session, DEFINITION)).rejects.toThrow(
    "delete demo/trixie on Azure: CannotDeleteResource: Can not delete resource before nested resources are deleted.; " +
      "it holds demo/trixie/1.0.0: delete that first, if it may go",
  );
});

test("a definition that stays occupied is given up after half an hour", async () => {
  const { session } = deleted({ refusals: 1_000 });
  await expect(removeOnceEmpty(session, DEFINITION)).rejects.toThrow("for 30 minutes, though it is empty");
});

test("a refusal for another reason is not tried again", async () => {
  const { session, asked } = scripted(() => ({
    status: 403,
    body: { error: { code: "AuthorizationFailed", message: "no" } },
  }));
  await expect(removeOnceEmpty(session, GALLERY)).rejects.toThrow("AuthorizationFailed");
  expect(asked).toEqual(["DELETE galleries/demo"]);
});
