import { compareStates, differences } from "../../../../rehearsal/replay/compare";
import { Names } from "../../../../rehearsal/replay/names";

const ok = (body: unknown) => ({ status: 200, body });

describe("two answers", () => {
  test.each<[string, [object, object], object[]]>([
    ["the same", [ok({ id: "<ami:0123456789>" }), ok({ id: "ami-1" })], []],
    [
      "another status",
      [ok({}), { status: 404, body: { error: { code: "NotFound" } } }],
      [{ kind: "status", recorded: "200", standIn: "404 NotFound" }],
    ],
    [
      "another code",
      [
        { status: 409, body: { error: { code: "Conflict" } } },
        { status: 409, body: { error: { code: "Busy" } } },
      ],
      [{ kind: "code", at: "error.code", recorded: "Conflict", standIn: "Busy" }],
    ],
    [
      "a field less",
      [ok({ a: 1, b: { c: "x" } }), ok({ a: 1, b: {} })],
      [{ kind: "missing", at: "b.c", recorded: "string" }],
    ],
    [
      "a field more",
      [ok({ a: 1 }), ok({ a: 1, more: true })],
      [{ kind: "extra", at: "more", standIn: "boolean" }],
    ],
    [
      "another type",
      [ok({ size: "10" }), ok({ size: 10 })],
      [{ kind: "type", at: "size", recorded: "string", standIn: "number" }],
    ],
    ["a number that was hidden", [ok({ at: "<number>" }), ok({ at: 17 })], []],
    [
      "lists of other lengths",
      [ok({ items: [{ a: 1 }, { a: 2, b: 3 }] }), ok({ items: [{ a: 1, b: 3 }] })],
      [],
    ],
    [
      "an element's field less",
      [ok({ items: [{ a: 1, b: "x" }] }), ok({ items: [{ a: 1 }] })],
      [{ kind: "missing", at: "items.b" }],
    ],
    ["an empty list", [ok({ items: [{ a: 1 }] }), ok({ items: "" })], []],
    ["tags of somebody's", [ok({ tags: { "<name:0123456789>": "x" } }), ok({ tags: { mine: "x" } })], []],
  ])("%s", (_what, [recorded, actual], want) => {
    const found = differences(recorded as never, actual as never);
    expect(found).toMatchObject(want);
    expect(found).toHaveLength(want.length);
  });
});

describe("states", () => {
  test.each<[string, string[], string[], boolean]>([
    [
      "the same",
      ["s=pending", "s=pending", "s=available"],
      ["s=pending", "s=available", "s=available"],
      true,
    ],
    ["some passed over", ["s=pending", "s=available"], ["s=available", "s=available"], true],
    ["another order", ["s=a", "s=b", "s=c"], ["s=b", "s=a", "s=c"], false],
    ["one that was never recorded", ["s=a", "s=c"], ["s=b", "s=c"], false],
    ["another end", ["s=a", "s=b"], ["s=a", "s=a"], false],
  ])("%s", (_what, recorded, actual, same) =>
    expect(compareStates(recorded, actual).length === 0).toBe(same),
  );
});

describe("names", () => {
  test("are what an answer gave, in texts around them too, and stay so", () => {
    const names = new Names();
    names.learn(
      { link: "https://<host:0123456789>/b/<name:aaaaaaaaaa>?upload_id=<text:bbbbbbbbbb>" },
      { link: "https://h:1/b/archives?upload_id=xyz%2F1" },
    );
    expect(names.give("<name:aaaaaaaaaa>/<text:bbbbbbbbbb>")).toBe("archives/xyz/1");
    expect(names.wasAnswered("<text:bbbbbbbbbb>")).toBe(true);
  });

  test("are made up where no answer gave one, and ids of a cloud's are known to be made up", () => {
    const names = new Names();
    expect(names.give("<account:0123456789>")).toMatch(/^\d{12}$/);
    expect(names.give("<uuid:0123456789>")).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(names.hasAnswered('{"ImageId": "<ami:0123456789>"}')).toBe(false);
    expect(names.hasAnswered('{"Name": "<name:0123456789>"}')).toBe(true);
  });
});
