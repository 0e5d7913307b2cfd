const tseslint = require("typescript-eslint");
const importX = require("eslint-plugin-import-x");
const { createTypeScriptImportResolver } = require("eslint-import-resolver-typescript");

// The rooms of the house and what each may import. One table; the lint rule below is made from it.
// See docs/architecture.md. `facts` is the ground floor, which every room may import; `rehearsal` never touches the product.
const rooms = {
  facts: [],
  config: [],
  resources: ["config", "clouds"],
  plugin: [],
  disk: [],
  clouds: ["disk"],
  provider: ["clouds", "disk", "plugin", "config", "resources", "trust", "inspection"],
  components: ["config", "resources"],
  stacks: ["config", "components", "resources"],
  inspection: ["disk", "config"],
  trust: ["disk", "clouds", "config"],
  archive: ["trust"],
  plan: ["config"],
  audit: ["clouds", "config"],
  catalogue: ["config", "trust"],
  rehearsal: ["disk", "plugin"],
  cli: [
    "config",
    "disk",
    "clouds",
    "inspection",
    "trust",
    "archive",
    "plan",
    "audit",
    "catalogue",
    "components",
    "provider",
  ],
};

const zones = Object.entries(rooms).map(([room, allowed]) => ({
  target: `./${room}`,
  from: Object.keys(rooms)
    .filter((other) => other !== room && other !== "facts" && !allowed.includes(other))
    .map((other) => `./${other}`),
  message: `${room}/ may import only: ${[room, "facts", ...allowed].join(", ")} (docs/architecture.md)`,
}));

/** What has one home in facts/, as an expression of another room would write it again. */
const REPEATED_FACTS = [
  ["BinaryExpression[operator='**'] > Literal[value=1024]", "sizes are in facts/units.ts"],
  [
    "BinaryExpression[operator='*'][left.type='Literal'] > Literal[value=1024]",
    "sizes are in facts/units.ts",
  ],
  ["BinaryExpression[operator='<<'] > Literal[value=/^[23]0$/]", "sizes are in facts/units.ts"],
  ["Literal[raw=/^524_?288$/]", "the size of a block is in facts/units.ts"],
  [
    "Literal[value=/^(tag:)?imprimatur[:-](release|digest|stack|upload|boot-check)$/]",
    "names of tags and labels are in facts/tags.ts",
  ],
  ["Literal[value='04da6b54-80e4-46f7-96ec-b56ff0331ba9']", "the engine's marks are in facts/engine.ts"],
].map(([selector, message]) => ({ selector, message }));

/** Each cloud has one door: clouds/<cloud>/api/ sends its requests, and nothing else of the product does. */
const doorTo = (cloud, packages) => ({
  group: packages,
  allowTypeImports: true,
  message: `requests to ${cloud} are sent by clouds/${cloud}/api/ only (docs/architecture.md)`,
});
const DOORS = [
  doorTo("aws", ["@aws-sdk/*", "@smithy/*"]),
  {
    regex: "/api/(session|operations)(\\.ts)?$",
    importNames: [
      "call",
      "callGoogle",
      "getGoogle",
      "findGoogle",
      "listGoogle",
      "changeCompute",
      "sendOnce",
      "callAzure",
      "findResource",
      "listResources",
      "runOperation",
      "finishOperation",
      "withRetry",
    ],
    message: "requests are sent by clouds/<cloud>/api/ only: add a function there (docs/architecture.md)",
  },
];
/** What a session sends with. */
const SENDS = {
  selector: "CallExpression[callee.property.name=/^(send|signed)$/]",
  message: "requests are sent by clouds/<cloud>/api/ only (docs/architecture.md)",
};

module.exports = tseslint.config(
  { ignores: ["node_modules", ".rehearsal", "coverage", "**/dist"] },
  ...tseslint.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
    plugins: { "import-x": importX },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver()] },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones }],
      "import-x/no-default-export": "error",
      "no-template-curly-in-string": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      eqeqeq: "error",
    },
  },
  {
    files: ["**/*.ts"],
    ignores: ["facts/**", "test/**"],
    rules: { "no-restricted-syntax": ["error", ...REPEATED_FACTS] },
  },
  {
    files: ["{clouds,provider,audit,trust,cli}/**/*.ts"],
    ignores: ["clouds/*/api/**"],
    rules: { "no-restricted-syntax": ["error", ...REPEATED_FACTS, SENDS] },
  },
  {
    files: ["**/*.ts"],
    ignores: ["clouds/*/api/**", "rehearsal/**", "test/**", "tools/**", "bench/**"],
    rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns: DOORS }] },
  },
  {
    // The program that declares resources loads no cloud client.
    files: ["resources/**/*.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            ...DOORS,
            {
              group: ["**/clouds/**"],
              allowTypeImports: true,
              message: "resources/ imports types of clouds/ only (docs/architecture.md)",
            },
          ],
        },
      ],
    },
  },
  { files: ["**/*.js"], rules: { "@typescript-eslint/no-require-imports": "off" } },
  {
    // Shell and GRUB texts.
    files: ["test/**"],
    rules: { "no-template-curly-in-string": "off" },
  },
);
