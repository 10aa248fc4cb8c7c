// The core, started in the same tick in which the script runs. js/build/bundle.mjs says
// what `core` and `core-wasm` are.

import startCore from 'core';
import wasmBinary from 'core-wasm';
import {attempt} from './json.js';
import {fromCore, page, toCore} from './storage.js';

// The functions that src/wasm binds, or what stands for them, after one warning, where
// WebAssembly may not run: a Content Security Policy without 'wasm-unsafe-eval', or an
// engine that has none (contract 9.5).
export const core = start();

function start() {
  try {
    // What Emscripten prints before it throws would be a second warning.
    return withTexts(startCore(Object.assign(Object.create(page), {wasmBinary: wasmBinary(), printErr() {}})));
  } catch (error) {
    warn('WebAssembly may not run here, so nothing is cached. ' + error);
    return absentCore();
  }
}

// The texts of a page go in, and come out, as storage.js spells them. (The names of enums
// begin with a capital; those of Emscripten have an underscore.)
function withTexts(module) {
  const translated = {};
  for (const name of Object.keys(module).filter(name => /^[a-z]+$/i.test(name))) {
    const isFunction = /^[a-z]/.test(name) && typeof module[name] === 'function';
    translated[name] = isFunction ? (...args) => fromCore(module[name](...args.map(toCore))) : module[name];
  }
  return translated;
}

// Holds nothing: what is not told here is undefined.
function absentCore() {
  const answers = {
    ends: '["",""]', set: false, add: false, replace: false, hasExpired: false, keys: '[]', expirableKeys: '{}', counter: 0,
    storeNames: '[""]', expiresOn: Infinity, isSupported: false,
    optionNames: '[]', stats: '{"hits":0,"misses":0,"writesSaved":0,"bytes":0}'
  };
  // Of an enum nothing is a value; a class, since terser makes arrow functions of functions.
  const noEnum = class {};
  const answer = name => name === 'minutesNow' ? Math.floor(page.now() / 60000) : answers[name];
  return new Proxy({}, {get: (_, name) => /^[A-Z]/.test(name) ? noEnum : () => answer(name)});
}

// Where there is a console that can.
export function warn(message) {
  attempt(() => console.warn('Backbone.cachingSync: ' + message));
}

export function warnOfLost(count) {
  if (count) warn(`clear: ${count} queued ${count > 1 ? 'writes' : 'write'} will not be sent.`);
}
