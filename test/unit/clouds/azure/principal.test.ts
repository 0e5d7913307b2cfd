import { principalIn } from "../../../../clouds/azure/principal";

const part = (claims: unknown) => Buffer.from(JSON.stringify(claims)).toString("base64url");

test.each([
  [{ oid: "o", upn: "a@example.com", appid: "az" }, "user a@example.com (object id o)"],
  [{ oid: "o", unique_name: "live.com#a@example.com" }, "user live.com#a@example.com (object id o)"],
  [{ oid: "o", appid: "c", idtyp: "app" }, "service principal c (object id o)"],
  [{ oid: "o", appid: "c" }, "object id o"],
  [{ appid: "c", idtyp: "app" }, undefined],
  [null, undefined],
])("the token of %j is that of %s", (claims, want) => {
  expect(principalIn(`h.${part(claims)}.s`)).toBe(want);
});

test.each(["", "opaque", "a.b.c"])("the token %j says nothing", (token) =>
  expect(principalIn(token)).toBeUndefined(),
);
