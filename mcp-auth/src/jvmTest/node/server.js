// An authorization server at http://127.0.0.1:PORT for one MCP server, which it is told on the command line: server.js PORT RESOURCE [dpop-nonces]
// Everybody is signed in as "somebody" and consents, without a page. Prints "listening" when it does.
import { randomBytes } from 'node:crypto';
import Provider from 'oidc-provider';

const [port, resource, option] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const scope = 'tools:read tools:write';

const provider = new Provider(issuer, {
  clients: [
    { client_id: 'machine', client_secret: 'machine:s&cret', grant_types: ['client_credentials'], redirect_uris: [], response_types: [] },
    {
      client_id: 'resource-server',
      client_secret: 'rs',
      grant_types: [],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'client_secret_post',
    },
  ],
  clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  cookies: { keys: [randomBytes(16).toString('hex')] },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  issueRefreshToken: async () => true,
  rotateRefreshToken: true,
  pkce: { required: () => true },
  scopes: ['openid', 'offline_access'],
  features: {
    devInteractions: { enabled: false },
    registration: { enabled: true },
    introspection: { enabled: true, allowedPolicy: async () => true },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => option === 'dpop-nonces' },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: async (ctx, indicator) => {
        if (indicator !== resource) throw new Error(`not a resource: ${indicator}`);
        return { scope, audience: indicator, accessTokenFormat: 'opaque' };
      },
    },
  },
  findAccount: async (ctx, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
});

async function consent(clientId) {
  const grant = new provider.Grant({ accountId: 'somebody', clientId });
  grant.addOIDCScope('openid offline_access');
  grant.addResourceScope(resource, scope);
  return grant.save();
}

provider.use(async (ctx, next) => {
  if (ctx.path.startsWith('/interaction/')) {
    const { params } = await provider.interactionDetails(ctx.req, ctx.res);
    const grantId = await consent(params.client_id);
    const result = { login: { accountId: 'somebody' }, consent: { grantId } };
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result));
  } else if (ctx.path === '/approve') {
    const code = await provider.DeviceCode.findByUserCode(ctx.query.user_code.replace(/\W/g, ''));
    code.accountId = 'somebody';
    code.authTime = Math.floor(Date.now() / 1000);
    code.resource = resource;
    code.scope = code.params.scope;
    code.grantId = await consent(code.clientId);
    await code.save();
    ctx.body = 'approved';
  } else {
    await next();
  }
});

provider.on('server_error', (ctx, error) => console.log(error.stack));
provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
