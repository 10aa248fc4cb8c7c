// What the libraries of 2012 did for each operation, written from a description of
// it. A read takes, per row, `getItem` of value and of expiry and a `JSON.parse`,
// and one Deferred. A server answer takes `stringify`, `setItem` and a `removeItem`
// of the expiry per row, then `collection.set`, then the ids. An update takes one
// `getItem` with parse, then `setItem` and `removeItem`. A create collects the ids
// of the whole collection with `_.union` and writes the list. A delete is not
// described; here it removes value and expiry, and the id from the list.
// (There is no `patch`: it sent nothing, and threw.)

import {createWrapped, openBackbone} from '../backbone.js';

const minute = () => Math.floor(new Date().getTime() / 60000);
const keyOf = key => key + '-_burry_bench';
const expiryKeyOf = key => key + '-_burry_exp_bench';

const store = {
  get(key) {
    const text = localStorage.getItem(keyOf(key)), expiry = localStorage.getItem(expiryKeyOf(key));
    if (text === null || expiry !== null && Number(expiry) < minute()) return undefined;
    return JSON.parse(text);
  },
  set(key, value) {
    localStorage.setItem(keyOf(key), JSON.stringify(value));
    localStorage.removeItem(expiryKeyOf(key));
  },
  remove(key) {
    localStorage.removeItem(keyOf(key));
    localStorage.removeItem(expiryKeyOf(key));
  },
  keys() {
    const keys = [];
    for (let i = 0; i < localStorage.length; i++) {
      const [, key] = /^(.*)-_burry_bench$/.exec(localStorage.key(i)) || [];
      if (key !== undefined) keys.push(key);
    }
    return keys;
  }
};

function createSync(wrapped) {
  const answered = (options, write) => {
    const {success} = options;
    options.success = data => write(data, success);
  };
  const methods = {
    read(model, options, deferred) {
      const isCollection = Array.isArray(model.models), {success} = options;
      const cached = store.get(isCollection ? '__ids__' : model.id);
      if (cached !== undefined) {
        const found = isCollection ? readRows(cached) : cached;
        success(found);
        deferred.resolve(found);
      }
      answered(options, data => {
        if (!isCollection) {
          store.set(model.id, data);
          return success(data);
        }
        const {idAttribute} = model.model.prototype;
        for (const row of data) store.set(row[idAttribute], row);
        success(data);
        store.set('__ids__', _.pluck(data, idAttribute));
      });
    },
    create(model, options) {
      answered(options, (data, success) => {
        success(data);
        store.set(model.id, model.toJSON());
        store.set('__ids__', _.union(store.get('__ids__') || [], model.collection.pluck(model.idAttribute)));
      });
    },
    update(model) {
      JSON.parse(localStorage.getItem(keyOf(model.id)));
      store.set(model.id, model.toJSON());
    },
    delete(model) {
      JSON.parse(localStorage.getItem(keyOf(model.id)));
      store.remove(model.id);
      store.set('__ids__', _.without(store.get('__ids__') || [], model.id));
    }
  };

  function readRows(ids) {
    return ids.map(id => {
      const deferred = jQuery.Deferred(), row = store.get(id);
      deferred.resolve(row);
      return row;
    });
  }

  return (method, model, options) => {
    const deferred = jQuery.Deferred();
    methods[method](model, options, deferred);
    wrapped(method, model, options);
    return deferred.promise();
  };
}

export default {
  name: '2012',
  open(options) {
    const wrapped = createWrapped(), sync = createSync(wrapped);
    return {
      ...openBackbone({...options, wrapped, model: {sync}, collection: {sync}}),
      patch: undefined,
      keyOf: row => keyOf(row[options.idAttribute])
    };
  },
  openStore: () => store
};
