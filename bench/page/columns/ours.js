import {createWrapped, openBackbone} from '../backbone.js';

// name: of the column. build: {cachingSync, Burry} of one of the built files.
const columnOf = (name, build) => ({
  name,
  open(options) {
    const wrapped = createWrapped(), sync = build.cachingSync(wrapped, 'bench');
    return {
      ...openBackbone({...options, wrapped, model: {sync}, collection: {sync}}),
      keyOf: row => row[options.idAttribute] + '-_burry_bench'
    };
  },
  openStore() {
    const store = new build.Burry.Store('bench');
    return {set: (key, value) => store.set(key, value), get: key => store.get(key), keys: () => store.keys()};
  }
});

export default columnOf('ours', window.asWasm);
// For pages whose policy forbids WebAssembly.
export const oursAsPlain = columnOf('ours, plain JavaScript', window.asPlain);
