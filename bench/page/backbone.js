// What the columns that are Backbone's have in common: a wrapped sync that keeps
// its requests until the benchmark answers them, and classes on a sync.

export function createWrapped({deferred = false} = {}) {
  const requests = [];
  const wrapped = (method, model, options) => {
    const request = {options, deferred: deferred && jQuery.Deferred()};
    requests.push(request);
    return request.deferred ? request.deferred.promise() : undefined;
  };
  wrapped.answer = data => {
    const {options, deferred} = requests.shift();
    options.success(data);
    if (deferred) deferred.resolve(data);
  };
  wrapped.fail = () => {
    const {options, deferred} = requests.shift();
    options.error({status: 500});
    if (deferred) deferred.reject({status: 500});
  };
  wrapped.isAsked = () => requests.length > 0;
  // No server has answered.
  wrapped.lose = () => requests.shift().options.error({status: 0});
  return wrapped;
}

// What a case works with. model, collection: what the classes have besides.
// held: the rows that a collection holds from the beginning; then its `set` does
// nothing, as if it had set them, and what remains is the layer.
export function openBackbone({wrapped, idAttribute, held, model = {}, collection = {}, fetchOptions = {}}) {
  const Row = Backbone.Model.extend({idAttribute, urlRoot: '/rows', ...model});
  const Rows = Backbone.Collection.extend({url: '/rows', model: Row, ...collection});
  const full = held && new Rows(held);
  const {models, length, _byId} = full || {};
  const openRows = () => full ? Object.assign(new Rows(), {models, length, _byId, set: () => models}) : new Rows();
  return {
    rows: openRows,
    row: attributes => new Row(attributes),
    fetch: object => object.fetch({...fetchOptions}),
    save: (row, attributes) => row.save(attributes),
    patch: (row, attributes) => row.save(attributes, {patch: true}),
    destroy: row => row.destroy(),
    create: (rows, attributes) => rows.create(attributes),
    answer: wrapped.answer,
    fail: wrapped.fail,
    clear() {}
  };
}
