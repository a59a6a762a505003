import { defineConfig } from "@hey-api/openapi-ts";

export default defineConfig({
  input: process.env["OPENAPI_INPUT"] ?? "./openapi.json",
  output: { path: "src/openapi", postProcess: [] },
  plugins: [
    // The base URL comes at run time: "/" from the schema would turn paths into "//api/…".
    { name: "@hey-api/client-fetch", baseUrl: false, throwOnError: true },
    "@hey-api/typescript",
    // The browser sends its cookie by itself; who may call what stands in openapi.json.
    { name: "@hey-api/sdk", auth: false },
    { name: "@tanstack/react-query", queryOptions: true, mutationOptions: true, queryKeys: { tags: true } },
  ],
});
