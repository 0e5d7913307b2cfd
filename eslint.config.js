const tseslint = require("typescript-eslint");
const importX = require("eslint-plugin-import-x");
const { createTypeScriptImportResolver } = require("eslint-import-resolver-typescript");

// The rooms of the house and what each may import. One table; the lint rule below is made from it.
// See docs/architecture.md. `plugin` and `disk` are the ground floor; `rehearsal` never touches the product.
const rooms = {
  config: [],
  resources: ["config"],
  plugin: [],
  disk: [],
  clouds: ["disk"],
  provider: ["clouds", "disk", "plugin", "config", "resources", "trust", "inspection"],
  components: ["config", "resources"],
  stacks: ["config", "components", "resources"],
  inspection: ["disk", "config"],
  trust: ["disk", "clouds", "config"],
  catalogue: ["trust", "config"],
  plan: ["config"],
  audit: ["clouds", "config"],
  rehearsal: ["disk", "plugin"],
  cli: ["config", "disk", "clouds", "inspection", "trust", "catalogue", "plan", "audit"],
};

const zones = Object.entries(rooms).map(([room, allowed]) => ({
  target: `./${room}`,
  from: Object.keys(rooms)
    .filter((other) => other !== room && !allowed.includes(other))
    .map((other) => `./${other}`),
  message: `${room}/ may import only: ${[room, ...allowed].join(", ")} (docs/architecture.md)`,
}));

module.exports = tseslint.config(
  { ignores: ["node_modules", ".rehearsal", "coverage"] },
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
  { files: ["**/*.js"], rules: { "@typescript-eslint/no-require-imports": "off" } },
);
