import { writeImageFile } from "../../../../config/image-file";
import { checkOpenstack } from "../../../../trust/openstack/check";
import type { Statement } from "../../../../trust/statement";
import { openstackBehindFetch, PROJECT, REGION } from "../../clouds/openstack/behind-fetch";
import { build } from "../../components/builds";
import { STATEMENT } from "../statement";

afterEach(() => jest.restoreAllMocks());

const ID = "01234567-89ab-cdef-0123-456789abcdef";
const { imageFile } = build();
const disk = imageFile.images.x86_64!;

function ask(bytes: boolean) {
  const annotations = {
    ...{ cloud: "openstack", account: PROJECT, region: REGION, kind: "image", id: ID, name: "demo" },
    ...{ architecture: "x86_64", proof: "bytes" },
  };
  const predicate = {
    ...STATEMENT.predicate,
    imageFile: JSON.parse(writeImageFile(imageFile)) as object,
    objects: [{ uri: "", annotations }],
  };
  const statement = { ...STATEMENT, predicate } as unknown as Statement;
  return checkOpenstack({
    id: ID.toUpperCase(),
    ...{ records: { trusted: [{ file: "record", statement }], notices: [], refused: [] }, bytes },
    ...{ signal: new AbortController().signal, status: () => {}, retrying: () => {} },
  });
}

const IMAGE = {
  ...{ id: ID, name: "demo", owner: PROJECT, visibility: "community", status: "active" },
  ...{ size: disk.size, disk_format: "raw" },
};

test.each<[string, object, string, RegExp]>([
  ["as the record says", {}, "genuine", /^$/],
  ["hidden", { os_hidden: true }, "not-current", /deprecated or withdrawn/],
  ["another project's", { owner: "f".repeat(32) }, "not-genuine", /its owner is ffff/],
  ["of other bytes", { os_hash_algo: "sha512", os_hash_value: "00" }, "not-genuine", /its SHA-512 is 00/],
])("an image that is %s", async (_what, change, answer, reason) => {
  openstackBehindFetch(() => ({ json: { ...IMAGE, ...change } }));
  const verdict = await ask(false);
  expect(verdict.answer).toBe(answer);
  expect(verdict.reasons.join()).toMatch(reason);
});

test("an image that its cloud has deactivated gives nobody its bytes, which is an answer", async () => {
  openstackBehindFetch(({ path }) =>
    path.endsWith("/file") ? { status: 403, json: {} } : { json: { ...IMAGE, status: "deactivated" } },
  );
  const verdict = await ask(true);
  expect(verdict).toMatchObject({ answer: "not-current", reasons: ["its status is deactivated"] });
  expect(verdict.notes).toContain("its bytes were not read");
});

test("an image that is not seen is told with the ways that this can be", async () => {
  openstackBehindFetch(() => ({ status: 404, json: {} }));
  expect(await ask(true)).toMatchObject({
    ...{ answer: "not-current", compared: false },
    reasons: [expect.stringMatching(/withdrawn, deleted, or never shared with you/) as string],
  });
});
