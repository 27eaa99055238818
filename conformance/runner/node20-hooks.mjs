// Module resolution for the suite on Node 20: its `fs` is one that has globSync.
const facade = new URL('./node20-fs.mjs', import.meta.url).href;

export function resolve(specifier, context, nextResolve) {
  const fromSuite = context.parentURL?.includes('/@modelcontextprotocol/conformance/') ?? false;
  return fromSuite && /^(node:)?fs$/.test(specifier) ? { url: facade, shortCircuit: true } : nextResolve(specifier, context);
}
