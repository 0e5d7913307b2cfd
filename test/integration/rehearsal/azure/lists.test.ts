import { GROUP, putDefinition, type Rehearsal, rehearse } from "./harness";

let rehearsal: Rehearsal;
let root: string;

beforeAll(async () => {
  rehearsal = await rehearse();
  root = `/subscriptions/${rehearsal.cloud.environment().AZURE_SUBSCRIPTION_ID}`;
  await putDefinition(rehearsal);
  const disk = (name: string, location: string, tags: Record<string, string>) =>
    rehearsal.publisher.disks.createOrUpdate(GROUP, name, {
      ...{ location, tags, diskSizeGB: 1, creationData: { createOption: "Empty" } },
    });
  await disk("first", "westeurope", { env: "test", "Who's": "it's" });
  await disk("second", "eastus", { Env: "live" });
  for (const [name, tags] of Object.entries({ other: { env: "test" }, third: {} }))
    await rehearsal.arm("PUT", `${root}/resourceGroups/${name}?api-version=2024-03-01`, {
      ...{ location: "westeurope", tags },
    });
});
afterAll(() => rehearsal.end());

const ask = (path: string, query: Record<string, string>) =>
  rehearsal.arm(
    "GET",
    `${root}${path}?${new URLSearchParams({ "api-version": "2024-03-01", ...query }).toString()}`,
  );
const names = async (path: string, query: Record<string, string>) =>
  ((await ask(path, query)).body.value as { name: string }[]).map(({ name }) => name);

const ALL = ["first", "second", "debian", "debian/trixie"];
test.each<[string, string[]]>([
  ["resourceType eq 'Microsoft.Compute/disks'", ["first", "second"]],
  ["resourceType eq 'microsoft.compute/GALLERIES'", ["debian"]],
  ["resourceType ne 'Microsoft.Compute/disks' and location eq 'westeurope'", ["debian", "debian/trixie"]],
  ["name eq 'first'", ["first"]],
  ["tagName eq 'env'", ["first", "second"]],
  ["tagName eq 'env' and tagValue eq 'test'", ["first"]],
  ["tagName eq 'env' and tagValue eq 'TEST'", []],
  ["tagName eq 'env' and resourceType eq 'Microsoft.Compute/disks' and location eq 'eastus'", ["second"]],
  ["tagName eq 'who''s' and tagValue eq 'it''s'", ["first"]],
])("resources are found by %s", async ($filter, wanted) => {
  expect(await names(`/resourceGroups/${GROUP}/resources`, { $filter })).toEqual(wanted);
  expect(await names("/resources", { $filter })).toEqual(wanted);
});

test("resources that are found by name and value of a tag come without their tags, groups with them", async () => {
  const tagsOf = async (path: string, $filter: string) =>
    ((await ask(path, { $filter })).body.value as { tags?: object }[]).map(({ tags }) => tags);
  const both = "tagName eq 'env' and tagValue eq 'test'";
  expect(await tagsOf("/resources", both)).toEqual([undefined]);
  expect(await tagsOf("/resources", "tagName eq 'who''s'")).toEqual([{ env: "test", "Who's": "it's" }]);
  expect(await tagsOf("/resourceGroups", both)).toEqual([{ env: "test" }]);
  expect(await names("/resourceGroups", { $filter: "tagName eq 'env'" })).toEqual(["other"]);
});

test("$top makes pages, each with a link to the next", async () => {
  const first = await ask(`/resourceGroups/${GROUP}/resources`, { $top: "3" });
  expect((first.body.value as { name: string }[]).map(({ name }) => name)).toEqual(ALL.slice(0, 3));
  const next = new URL(first.body.nextLink as string);
  const last = await rehearsal.arm("GET", `${next.pathname}${next.search}`);
  expect(last.body).toEqual({ value: [expect.objectContaining({ name: "debian/trixie" })] });
  expect(await names("/resourceGroups", { $top: "2" })).toEqual([GROUP, "other"]);
});

test.each<[string, Record<string, string>, number, string]>([
  ["no filter", { $filter: "resourceType" }, 400, "InvalidFilterInQueryString"],
  ["a value without quotes", { $filter: "location eq westeurope" }, 400, "InvalidFilterInQueryString"],
  ["an end that is open", { $filter: "location eq 'eastus' and " }, 400, "InvalidFilterInQueryString"],
  ["a tag's value without its name", { $filter: "tagValue eq 'x'" }, 400, "InvalidFilterInQueryString"],
  ["a function", { $filter: "substringof('x', name)" }, 501, "NotImplemented"],
  ["or", { $filter: "name eq 'a' or name eq 'b'" }, 501, "NotImplemented"],
  ["a property of other resources", { $filter: "plan eq 'x'" }, 501, "NotImplemented"],
  ["a page of nothing", { $top: "0" }, 400, "InvalidQueryParameter"],
])("a list is refused with %s", async (_what, query, status, code) => {
  expect(await ask("/resources", query)).toMatchObject({ status, body: { error: { code } } });
});
