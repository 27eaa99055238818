// Loaded into the suite's process before the suite; the client under test never sees it.
import * as fs from 'node:fs';
import { register } from 'node:module';
import net from 'node:net';

// The suite opens its mock servers on every interface and reads the port right after listen(). Naming a host in
// listen() would bind later, in another turn of the event loop; a handle that is bound already does not.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  if (typeof port !== 'number' || typeof rest[0] === 'string') return listen.call(this, port, ...rest);
  const handle = net._createServerHandle('127.0.0.1', port, 4);
  if (typeof handle === 'number') throw new Error(`cannot bind 127.0.0.1:${port}: error ${handle}`);
  return listen.call(this, handle, ...rest);
};

// The suite imports fs.globSync, which Node 20 does not have. Only commands that are not used here call it.
if (fs.globSync === undefined) register('./node20-hooks.mjs', import.meta.url);
