// The benchmark's own server. Every answer is cross-origin isolated: browsers give
// exact timers to such pages only.

import {once} from 'node:events';
import {createRequire} from 'node:module';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const root = dirname(folder);
const require = createRequire(import.meta.url);
const express = createRequire(require.resolve('json-server'))('express');

// By the names that the pages use.
const libraries = {
  jquery: 'jquery/dist/jquery.js',
  underscore: 'underscore/underscore.js',
  backbone: 'backbone/backbone.js',
  lscache: 'lscache/lscache.js',
  'fetch-cache': 'backbone-fetch-cache/backbone.fetch-cache.js',
  'local-storage': 'backbone.localstorage/build/backbone.localStorage.js'
};

// before: the path of another build of the library, or nothing.
export async function startServer({before} = {}) {
  const app = express();
  app.use((request, response, next) => {
    response.set({
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
      'Cross-Origin-Resource-Policy': 'same-origin'
    });
    next();
  });
  app.use('/dist', express.static(join(root, 'dist')));
  app.use('/page', express.static(join(folder, 'page')));
  if (before) app.get('/before.js', (request, response) => response.sendFile(resolve(before)));
  app.get('/lib/:name.js', (request, response) => {
    const [, name, file] = /^([^/]+)\/(.+)$/.exec(libraries[request.params.name]);
    response.sendFile(join(packageFolder(name), file));
  });
  app.get('/countries.json', (request, response) => response.json(require('world-countries')));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  };
}

// Not all of them let their package.json be required.
function packageFolder(name) {
  for (const place of require.resolve.paths(name)) {
    try {
      return dirname(require.resolve(join(place, name, 'package.json')));
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new Error(`${name} is not installed; please run npm install`);
}
