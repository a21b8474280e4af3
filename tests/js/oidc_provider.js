// A real OpenID provider for a test: whoever types a name is that person. Eve's address is not verified.
// node oidc_provider.js PORT REDIRECT SECRET

import Provider from "oidc-provider";

const [port, redirect, secret] = process.argv.slice(2);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "workshop",
      client_secret: secret,
      redirect_uris: [redirect],
      post_logout_redirect_uris: [redirect], // where Streamlit asks to be sent from there
    },
  ],
  cookies: { keys: [secret] },
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  conformIdTokenClaims: false, // Streamlit reads them from the token itself
  features: { devInteractions: { enabled: true } },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: id !== "eve" }),
  }),
});

provider.listen(Number(port), "127.0.0.1", () => process.stdout.write("ready\n"));
