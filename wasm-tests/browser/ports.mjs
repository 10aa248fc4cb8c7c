// Ports for the servers of this process, below those that a system gives to whoever asks for
// any one (on Linux from 32768 on). So nobody else gets that of a server which is stopped for a
// while; and no two servers of a process have the same: in an engine without contexts an origin
// has what it had stored before.

import {once} from 'node:events';

const first = 11000, each = 300, processes = 70;

let next = first + process.pid % processes * each;

// One that may be taken all the same, by a program that is none of ours.
export const nextPort = () => next++;

// app: of express. Returns a promise of its server, on a port that was free.
export async function listen(app) {
  const server = app.listen(nextPort(), '127.0.0.1');
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (error.code !== 'EADDRINUSE') throw error;
    return listen(app);
  }
}
