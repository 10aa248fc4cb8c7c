// lscache is a store, and no sync.

export default {
  name: 'lscache',
  openStore() {
    return {set: (key, value) => lscache.set(key, value), get: key => lscache.get(key)};
  }
};
