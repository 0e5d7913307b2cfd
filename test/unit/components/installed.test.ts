import { loadCloud } from "../../../components/installed";

function notFound(name: string): Error {
  return Object.assign(new Error(`Cannot find module '${name}'\nRequire stack:\n- /project/index.js`), {
    code: "MODULE_NOT_FOUND",
  });
}
const failing = (error: Error) => () => {
  throw error;
};

test("a cloud whose resource classes are not installed is named, with what installs them", () => {
  expect(() => loadCloud("gcp", failing(notFound("@pulumi/gcp/provider")))).toThrow(
    "imprimatur:gcp: publishing to Google Cloud needs the package @pulumi/gcp, which is not installed; run: npm install @pulumi/gcp",
  );
});

test.each([notFound("@pulumi/pulumi"), notFound("left-pad"), new Error("other")])(
  "another failure to load is not taken for that: %s",
  (error) => {
    expect(() => loadCloud("gcp", failing(error))).toThrow(error);
  },
);
