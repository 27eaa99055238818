// An authorization server at http://127.0.0.1:PORT for one MCP server, which it is told on the command line: server.js PORT RESOURCE [OPTION...]
// Everybody is signed in as "somebody" and consents to what is asked for, without a page. Prints "listening" when it does.
//   dpop-nonces   proofs need a nonce
//   short-tokens  access tokens last two seconds
//   no-iss        no iss in authorization responses (RFC 9207), as from versions before 7
//   deny          nobody consents
import { randomBytes } from 'node:crypto';
import Provider from 'oidc-provider';

const [port, resource, ...options] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const scope = 'tools:read tools:write';
const revoked = new Set();

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
  // Whoever uses one twice loses the grant.
  rotateRefreshToken: true,
  ttl: { AccessToken: options.includes('short-tokens') ? 2 : 3600 },
  pkce: { required: () => true },
  scopes: ['openid', 'offline_access'],
  features: {
    devInteractions: { enabled: false },
    registration: { enabled: true },
    introspection: { enabled: true, allowedPolicy: async () => true },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => options.includes('dpop-nonces') },
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

async function consent(clientId, wanted) {
  const grant = new provider.Grant({ accountId: 'somebody', clientId });
  grant.addOIDCScope('openid offline_access');
  const known = scope.split(' ');
  grant.addResourceScope(resource, (wanted ?? '').split(' ').filter((it) => known.includes(it)).join(' '));
  return grant.save();
}

async function decide(ctx) {
  if (options.includes('deny')) return { error: 'access_denied', error_description: 'somebody said no' };
  const { params } = await provider.interactionDetails(ctx.req, ctx.res);
  return { login: { accountId: 'somebody' }, consent: { grantId: await consent(params.client_id, params.scope) } };
}

provider.use(async (ctx, next) => {
  if (ctx.path.startsWith('/interaction/')) {
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, await decide(ctx)));
  } else if (ctx.path === '/approve') {
    const code = await provider.DeviceCode.findByUserCode(ctx.query.user_code.replace(/\W/g, ''));
    code.accountId = 'somebody';
    code.authTime = Math.floor(Date.now() / 1000);
    code.resource = resource;
    code.scope = code.params.scope;
    code.grantId = await consent(code.clientId, code.scope);
    await code.save();
    ctx.body = 'approved';
  } else if (ctx.path === '/revoked') {
    ctx.body = `${revoked.size}`;
  } else {
    await next();
    if (options.includes('no-iss')) delete ctx.body?.authorization_response_iss_parameter_supported;
  }
});

for (const event of ['authorization.success', 'authorization.error']) {
  provider.on(event, (ctx, out) => options.includes('no-iss') && delete out.iss);
}
provider.on('grant.revoked', (ctx, grantId) => revoked.add(grantId));
provider.on('server_error', (ctx, error) => console.log(error.stack));
provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
