// oidc-provider, a certified OpenID provider, as strict as it can be: PKCE is required, codes work once, claims come from userinfo only.
// Usage: node strict_provider.mjs <port> <redirect URI> <client id> <client secret>
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const fromFrontend = createRequire(new URL("../../../frontend/package.json", import.meta.url));
const { Provider } = await import(pathToFileURL(fromFrontend.resolve("oidc-provider")));

const [port, redirectUri, clientId, clientSecret] = process.argv.slice(2);

// People log in by their address; one who writes "unconfirmed" has not confirmed it.
const findAccount = (_ctx, email) => ({
  accountId: email,
  claims: () => ({
    sub: email,
    email,
    email_verified: !email.startsWith("unconfirmed"),
    name: "Ada Byron",
  }),
});

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uris: [redirectUri],
      response_types: ["code"],
      grant_types: ["authorization_code"],
      token_endpoint_auth_method: "client_secret_basic",
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  clientAuthMethods: ["client_secret_basic"],
  findAccount,
  pkce: { required: () => true },
  responseTypes: ["code"],
});
provider.listen(Number(port), "127.0.0.1");
