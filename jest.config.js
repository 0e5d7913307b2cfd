// Two projects: `unit` (fast, no engine, no network but loopback) and `e2e` (the real engine, one file at a time).
const transform = {
  "^.+\\.ts$": [
    "@swc/jest",
    { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
  ],
};
const common = { testEnvironment: "node", transform, modulePathIgnorePatterns: ["<rootDir>/.rehearsal"] };

module.exports = {
  projects: [
    { ...common, displayName: "unit", testMatch: ["<rootDir>/test/unit/**/*.test.ts"] },
    {
      ...common,
      displayName: "e2e",
      testMatch: ["<rootDir>/test/e2e/**/*.test.ts"],
      setupFilesAfterEnv: ["<rootDir>/test/e2e/harness/patience.ts"],
    },
  ],
};
