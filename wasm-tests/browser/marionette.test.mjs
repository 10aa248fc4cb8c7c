// Applications of Marionette 4: what their views make of rows that come from the cache and from
// the server. The scenarios, plain and decorated, are comparison/marionette.mjs.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {compareTopic} from './comparison.mjs';
import {plainPage} from './server.mjs';

const scripts = [...plainPage, 'radio', 'marionette'];

test('7.4 Marionette', async t => { await compareTopic(t, 'marionette', 'Marionette', {scripts}); });
