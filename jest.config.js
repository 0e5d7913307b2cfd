// Five projects: `unit` (no server, no program: test/unit/isolation.ts refuses them), `integration` (stand-in clouds in the same
// process, or programs of the machine; no engine), `contract` (what is recorded of the real clouds, against product and
// stand-ins), `e2e` (the real engine) and `nightly` (the same at the times of real clouds; not part of `npm test`).
// The AWS SDK wants to say in every test file that it likes a newer Node.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const swc = (parser, more) => [
  "@swc/jest",
  { jsc: { parser, target: "es2022", ...more }, module: { type: "commonjs" } },
];
const transform = {
  "^.+\\.ts$": swc({ syntax: "typescript" }),
  "^.+\\.tsx$": swc(
    { syntax: "typescript", tsx: true },
    { transform: { react: { runtime: "automatic", importSource: "hono/jsx" } } },
  ),
};
const common = {
  testEnvironment: "node",
  transform,
  // The user's own cache stays as it is.
  globalSetup: "<rootDir>/test/cache/set-up.ts",
  globalTeardown: "<rootDir>/test/cache/tear-down.ts",
  modulePathIgnorePatterns: ["<rootDir>/.rehearsal", "<rootDir>/(rehearsal/)?dist"],
};

module.exports = {
  projects: [
    {
      ...common,
      displayName: "unit",
      testMatch: ["<rootDir>/test/unit/**/*.test.ts"],
      setupFilesAfterEnv: ["<rootDir>/test/patience.ts", "<rootDir>/test/unit/isolation.ts"],
    },
    {
      ...common,
      displayName: "integration",
      testMatch: ["<rootDir>/test/integration/**/*.test.ts"],
      setupFilesAfterEnv: ["<rootDir>/test/integration/patience.ts"],
    },
    {
      ...common,
      displayName: "contract",
      testMatch: ["<rootDir>/test/contract/**/*.test.ts"],
      setupFilesAfterEnv: ["<rootDir>/test/patience.ts"],
    },
    {
      ...common,
      displayName: "e2e",
      testMatch: ["<rootDir>/test/e2e/**/*.test.ts"],
      setupFilesAfterEnv: ["<rootDir>/test/e2e/harness/patience.ts"],
    },
    {
      ...common,
      displayName: "nightly",
      testMatch: ["<rootDir>/test/nightly/**/*.test.ts"],
      setupFilesAfterEnv: ["<rootDir>/test/nightly/patience.ts"],
    },
  ],
};
