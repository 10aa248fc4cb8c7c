// The storage and JSON work which an answer needs, and nothing else: no expiry, no
// promise, nothing is kept for a failure. With Backbone's `set` it is given the
// same rows.

const keyOf = id => id + '-_burry_bench';
const listKey = keyOf('__ids__');

export default {
  name: 'floor',
  open({idAttribute, held}) {
    const Row = Backbone.Model.extend({idAttribute}), Rows = Backbone.Collection.extend({model: Row});
    let pending = null;

    function readRows() {
      const list = localStorage.getItem(listKey);
      if (list === null) return null;
      const ids = JSON.parse(list), rows = new Array(ids.length);
      for (let i = 0; i < ids.length; i++) rows[i] = JSON.parse(localStorage.getItem(keyOf(ids[i])));
      return rows;
    }

    function writeChanged(key, text) {
      if (localStorage.getItem(key) !== text) localStorage.setItem(key, text);
    }

    // Where nothing was cached there is nothing to compare with.
    function writeRows(rows, write) {
      const ids = new Array(rows.length);
      for (let i = 0; i < rows.length; i++) {
        ids[i] = rows[i][idAttribute];
        write(keyOf(ids[i]), JSON.stringify(rows[i]));
      }
      write(listKey, JSON.stringify(ids));
    }

    function appendToList(id) {
      const list = localStorage.getItem(listKey), text = JSON.stringify(id);
      localStorage.setItem(listKey, list === null || list === '[]' ? `[${text}]` : list.slice(0, -1) + ',' + text + ']');
    }

    function removeFromList(id) {
      const ids = JSON.parse(localStorage.getItem(listKey));
      ids.splice(ids.indexOf(id), 1);
      localStorage.setItem(listKey, JSON.stringify(ids));
    }

    function readRow(row) {
      row.data = JSON.parse(localStorage.getItem(keyOf(row.id)));
      pending = data => writeChanged(keyOf(row.id), JSON.stringify(data));
    }

    function saveRow(row, attributes) {
      Object.assign(row.data, attributes);
      writeChanged(keyOf(row.id), JSON.stringify(row.data));
      pending = data => writeChanged(keyOf(row.id), JSON.stringify(data));
    }

    return {
      rows: () => held ? {isCollection: true, set(rows) { this.length = rows.length; }} : Object.assign(new Rows(), {isCollection: true}),
      row: attributes => ({id: attributes[idAttribute], data: {...attributes}}),
      fetch(object) {
        if (!object.isCollection) return readRow(object);
        const rows = readRows();
        if (rows) object.set(rows);
        pending = data => {
          writeRows(data, rows ? writeChanged : (key, text) => localStorage.setItem(key, text));
          object.set(data);
        };
      },
      save: saveRow,
      patch: saveRow,
      destroy(row) {
        localStorage.removeItem(keyOf(row.id));
        removeFromList(row.id);
        pending = () => {};
      },
      create(rows, attributes) {
        pending = data => {
          const record = {...attributes, ...data};
          localStorage.setItem(keyOf(record[idAttribute]), JSON.stringify(record));
          appendToList(record[idAttribute]);
        };
      },
      answer: data => pending(data),
      fail() {},
      clear() {},
      keyOf: row => keyOf(row[idAttribute])
    };
  },
  openStore: () => ({
    set: (key, value) => localStorage.setItem(keyOf(key), JSON.stringify(value)),
    get: key => JSON.parse(localStorage.getItem(keyOf(key))),
    keys() {
      const keys = [], suffix = '-_burry_bench';
      for (let i = 0; i < localStorage.length; i++) {
        const key = localStorage.key(i);
        if (key.endsWith(suffix)) keys.push(key.slice(0, -suffix.length));
      }
      return keys;
    }
  })
};
