import { defineConfig, globalIgnores } from "eslint/config";
import nextVitals from "eslint-config-next/core-web-vitals";
import nextTypescript from "eslint-config-next/typescript";
import prettier from "eslint-config-prettier/flat";
import tseslint from "typescript-eslint";

/** Who may import whom: app → components → queries → lib → openapi. */
const room = (files, forbidden, message) => ({
  files,
  rules: {
    "@typescript-eslint/no-restricted-imports": [
      "error",
      {
        patterns: [
          { regex: `^@/(${forbidden.join("|")})(/|\\.|$)`, message, allowTypeImports: true },
          {
            regex: "^(\\.\\./)+(app|components|queries|lib|openapi)(/|$)",
            message: "Name another room by @/.",
          },
        ],
      },
    ],
  },
});
const generatedCode = "openapi/(sdk|client|@tanstack|index)";

export default defineConfig([
  globalIgnores([".next/**", "out/**", "src/openapi/**", "next-env.d.ts", "public/**", "coverage/**"]),
  ...nextVitals,
  ...nextTypescript,
  {
    files: ["**/*.{ts,tsx,mts}"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-definitions": ["error", "type"],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // An async submit handler is what react-hook-form's handleSubmit returns.
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  room(
    ["src/components/ui/**"],
    ["app", "components/(?!ui/)", "queries", "lib", "openapi"],
    "components/ui knows nothing of the product.",
  ),
  room(
    ["src/components/!(ui)/**"],
    ["app", generatedCode],
    "Components take data from queries; only types come from openapi.",
  ),
  room(["src/app/**"], [generatedCode], "Pages take data from queries; only types come from openapi."),
  room(["src/queries/**"], ["app", "components"], "queries stand below components."),
  room(["src/lib/**"], ["app", "components", "queries"], "lib stands below queries."),
  {
    files: ["src/**/*.test.{ts,tsx}", "src/test/**"],
    rules: { "@typescript-eslint/no-restricted-imports": "off" },
  },
  prettier,
]);
