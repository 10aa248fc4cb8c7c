// The libraries under the names that the documents have for them, for pages that are made of what
// a document says.

import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const require = createRequire(import.meta.url);
const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const folderOf = name => dirname(require.resolve(`${name}/package.json`));

export const file = path => readFileSync(path, 'utf8');

export const files = {
  '/jquery.js': file(require.resolve('jquery/dist/jquery.js')),
  '/underscore.js': file(join(folderOf('underscore'), 'underscore.js')),
  '/backbone.js': file(require.resolve('backbone/backbone.js')),
  '/require.js': file(join(folderOf('requirejs'), 'require.js')),
  '/burry.js': file(join(dist, 'burry.js')),
  '/backbone.cachingsync.js': file(join(dist, 'backbone.cachingsync.js')),
  '/backbone.cachingsync.offline.js': file(join(dist, 'backbone.cachingsync.offline.js'))
};
