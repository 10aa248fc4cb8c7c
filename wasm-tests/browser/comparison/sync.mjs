// Scenarios of sync itself (contract 7.4): what it sends, who calls it, and the
// wrapped ones that pages write.

const norway = {id: 1, name: 'Norge'};
const answered = {id: 1, name: 'Norway'};
const methods = ['read', 'create', 'update', 'patch', 'delete'];

const scenarios = {};

// Called directly, with as little as it takes.
for (const method of methods) {
  scenarios[`sync(${method}) directly`] = scene => {
    const row = scene.row(norway);
    scene.attempt(() => scene.result(scene.callSync(method, row, scene.callbacks())));
  };
  scenarios[`sync(${method}) directly, without options`] = scene => {
    scene.attempt(() => scene.result(scene.callSync(method, scene.row(norway))));
  };
  scenarios[`sync(${method}) of a collection`] = scene => {
    const rows = scene.rows([norway]);
    scene.attempt(() => scene.result(scene.callSync(method, rows, scene.callbacks())));
  };
  scenarios[`sync(${method}) with more arguments`] = scene => {
    scene.attempt(() => scene.result(scene.callSync(method, scene.row(norway), scene.callbacks(), 'more', {and: 'more'})));
  };
  scenarios[`sync(${method}) with options.xhr`] = scene => {
    const options = scene.callbacks();
    scene.result(scene.callSync(method, scene.row(norway), options));
    scene.note('xhr', options.xhr, Object.keys(options).filter(name => name !== 'fromCache').sort());
  };
  scenarios[`sync(${method}) with emulateHTTP and a beforeSend`] = scene => {
    scene.result(scene.callSync(method, scene.row(norway), scene.callbacks({
      emulateHTTP: true,
      beforeSend(request, settings) { scene.note('before', request, settings.type, settings.url, 'on', this); }
    })));
  };
}

// The wrapped syncs that a page writes. Each calls back, as a sync must for plain
// Backbone to hear of it; what it returns is its own affair.
const outcomes = {
  success: options => options.success({...answered}),
  failure: options => options.error({status: 500, statusText: 'of its own'})
};
const returned = {
  nothing: () => undefined,
  null: () => null,
  'a value': () => 5,
  'its model': (outcome, model) => model,
  'a native promise': outcome => outcome === 'success' ? Promise.resolve({...answered}) : Promise.reject({status: 500, statusText: 'of its own'}),
  'a native promise that never settles': () => new Promise(() => {}),
  'a thenable': outcome => ({then(resolved, rejected) { (outcome === 'success' ? resolved : rejected)({...answered}); }}),
  'a Deferred': outcome => outcome === 'success' ? jQuery.Deferred().resolve({...answered}) : jQuery.Deferred().reject({status: 500})
};
const times = {
  'at once': (scene, action) => action(),
  later: (scene, action) => scene.later(action)
};
const actions = {
  read: (row, options) => row.fetch(options),
  update: (row, options) => row.save({name: 'Noreg'}, options),
  delete: (row, options) => row.destroy(options)
};
for (const [what, make] of Object.entries(returned)) {
  // Settled before it has called back, it is what has told the outcome (7.1).
  const tellsBefore = /thenable|Deferred|promise$/.test(what);
  for (const [when, at] of Object.entries(times)) {
    if (tellsBefore && when === 'later') continue;
    for (const outcome of Object.keys(outcomes)) {
      if (/promise$/.test(what) && outcome === 'failure') continue;
      scenarios[`wrapped that returns ${what}, and calls back ${when}: ${outcome}`] = async scene => {
        scene.wrap((method, model, options) => {
          at(scene, () => outcomes[outcome](options));
          return make(outcome, model);
        });
        for (const action of Object.values(actions)) {
          const rows = scene.rows([norway, {id: 2}]);
          scene.attempt(() => scene.result(action(rows.first(), scene.callbacks())));
          await scene.quiet();
        }
      };
    }
  }
}

// What plain Backbone does not hear, or hears twice, the decorated one hears once
// (7.1): as if wrapped had called back once.
const once = {
  success: (scene, options) => { scene.later(() => options.success({...answered})); },
  failure: (scene, options) => { scene.later(() => options.error({status: 500})); }
};
const told = {
  'calls back twice': {
    success: (scene, options) => { scene.later(() => { options.success({...answered}); options.success({id: 1, name: 'again'}); }); },
    failure: (scene, options) => { scene.later(() => { options.error({status: 500}); options.error({status: 501}); }); }
  },
  'calls back, and then tells the opposite': {
    success: (scene, options) => { scene.later(() => { options.success({...answered}); options.error({status: 500}); }); },
    failure: (scene, options) => { scene.later(() => { options.error({status: 500}); options.success({id: 1, name: 'again'}); }); }
  },
  'settles a Deferred, and calls nobody back': {
    success: scene => {
      const deferred = jQuery.Deferred();
      scene.later(() => deferred.resolve({...answered}));
      return deferred.promise();
    },
    failure: scene => {
      const deferred = jQuery.Deferred();
      scene.later(() => deferred.reject({status: 500}));
      return deferred.promise();
    }
  },
  'settles a native promise, and calls nobody back': {
    success: scene => new Promise(resolve => scene.later(() => resolve({...answered}))),
    failure: scene => new Promise((resolve, reject) => scene.later(() => reject({status: 500})))
  },
  'settles a thenable, and calls nobody back': {
    success: scene => ({then: resolved => scene.later(() => resolved({...answered}))}),
    failure: scene => ({then: (resolved, rejected) => scene.later(() => rejected({status: 500}))})
  }
};
for (const [what, ways] of Object.entries(told)) {
  for (const outcome of Object.keys(once)) {
    scenarios[`wrapped that ${what}: ${outcome}`] = async scene => {
      const answerWith = way => (method, model, options) => way(scene, options);
      scene.wrap(answerWith(once[outcome]), answerWith(ways[outcome]));
      for (const action of Object.values(actions)) {
        action(scene.rows([norway, {id: 2}]).first(), scene.callbacks());
        await scene.quiet();
      }
      scene.rows([norway]).create({name: 'Fiji'}, scene.callbacks({wait: true}));
    };
  }
}

export default {
  ...scenarios,

  'wrapped that never answers': scene => {
    scene.wrap(() => {});
    for (const action of Object.values(actions)) action(scene.rows([norway]).first(), scene.callbacks());
  },
  'wrapped that never answers, and wait': scene => {
    scene.wrap(() => {});
    const row = scene.rows([norway]).first();
    row.save({name: 'Noreg'}, scene.callbacks({wait: true}));
    row.destroy(scene.callbacks({wait: true}));
    scene.rows().create({name: 'Fiji'}, scene.callbacks({wait: true}));
  },
  'wrapped that throws': scene => {
    scene.wrap(() => { throw new TypeError('wrapped'); });
    for (const action of Object.values(actions)) scene.attempt(() => action(scene.rows([norway]).first(), scene.callbacks()));
    scene.attempt(() => scene.rows().fetch(scene.callbacks()));
    scene.attempt(() => scene.rows().create({name: 'Fiji'}, scene.callbacks()));
  },
  'wrapped that calls back, and throws': scene => {
    scene.wrap((method, model, options) => {
      options.success({...answered});
      throw new TypeError('wrapped');
    });
    for (const action of Object.values(actions)) scene.attempt(() => action(scene.rows([norway]).first(), scene.callbacks()));
  },
  'wrapped that calls back with three arguments and a context': scene => {
    const context = {name: 'context'};
    scene.wrap((method, model, options) => options.success.call(context, {...answered}, 'fine', {status: 299}));
    scene.callSync('read', scene.row(norway), scene.callbacks());
    scene.row(norway).fetch(scene.callbacks());
  },
  'wrapped that calls back without arguments': scene => {
    scene.wrap((method, model, options) => options.success());
    for (const action of Object.values(actions)) scene.attempt(() => action(scene.rows([norway]).first(), scene.callbacks()));
    scene.attempt(() => scene.rows([norway]).fetch(scene.callbacks()));
    scene.attempt(() => scene.rows([norway]).create({name: 'Fiji'}, scene.callbacks()));
  },
  'wrapped that fails without arguments': scene => {
    scene.wrap((method, model, options) => options.error());
    for (const action of Object.values(actions)) scene.attempt(() => action(scene.rows([norway]).first(), scene.callbacks()));
    scene.attempt(() => scene.rows([norway]).create({name: 'Fiji'}, scene.callbacks({wait: true})));
  },
  'wrapped that fails with an Error': scene => {
    scene.wrap((method, model, options) => options.error(new RangeError('offline')));
    for (const action of Object.values(actions)) scene.attempt(() => action(scene.rows([norway]).first(), scene.callbacks()));
  },
  'wrapped that answers with the model': scene => {
    scene.wrap((method, model, options) => options.success(model.toJSON()));
    for (const action of Object.values(actions)) scene.attempt(() => action(scene.rows([norway]).first(), scene.callbacks()));
  },
  'wrapped that keeps rows in memory': async scene => {
    const stored = new Map([[1, {...norway}]]);
    scene.wrap((method, model, options) => {
      if (method === 'read') return options.success(model.models ? [...stored.values()] : stored.get(model.id));
      if (method === 'delete') return options.success(stored.delete(model.id));
      const row = {...model.toJSON(), id: model.id || stored.size + 1};
      stored.set(row.id, row);
      options.success(row);
    });
    const rows = scene.rows();
    rows.fetch(scene.callbacks());
    rows.create({name: 'Fiji'}, scene.callbacks());
    rows.get(1).save({name: 'Noreg'}, scene.callbacks());
    rows.last().destroy(scene.callbacks());
    scene.rows().fetch(scene.callbacks());
  },
  'wrapped that adds to the options': scene => {
    scene.wrap(function (method, model, options) {
      options.headers = {'X-Token': method};
      options.added = true;
      return scene.plainSync.apply(this, arguments);
    });
    scene.result(scene.row(norway).fetch(scene.callbacks({success: (row, data, options) => scene.note('added', options.added)})));
  },
  'wrapped that wraps the callbacks': scene => {
    scene.wrap((method, model, options) => {
      const {success} = options;
      options.success = function (data, ...rest) {
        scene.note('on the way', data);
        return success.call(this, {...data, wrapped: true}, ...rest);
      };
      return Backbone.ajax({url: '/api/rows/1', dataType: 'json', success: options.success, error: options.error});
    });
    scene.result(scene.row(norway).fetch(scene.callbacks()));
  },
  'wrapped that calls Backbone.sync with options of its own': scene => {
    scene.wrap(function (method, model, options) {
      return scene.plainSync.call(this, method, model, {...options, url: '/api/rows/2'});
    });
    scene.result(scene.row(norway).fetch(scene.callbacks()));
  },
  'wrapped that sends another method': scene => {
    scene.wrap((method, model, options) => scene.plainSync('read', model, options));
    scene.result(scene.row(norway).save({name: 'Noreg'}, scene.callbacks()));
  },
  'sync on the instance': scene => {
    const row = scene.row(norway);
    row.sync = scene.decorated(function () {
      scene.note('own', this === row);
      return scene.plainSync.apply(this, arguments);
    });
    scene.result(row.fetch(scene.callbacks()));
  },
  'sync on the instance, that only answers': scene => {
    const rows = scene.rows();
    rows.sync = scene.decorated((method, model, options) => { options.success([{...answered}]); });
    rows.fetch(scene.callbacks());
  },
  'sync of a class that calls Backbone.sync': scene => {
    const inherited = scene.decorated(function (method, model, options) {
      return scene.plainSync.apply(this, [method, model, {...options, headers: {'X-Token': 'class'}}]);
    });
    scene.result(scene.row(norway, {sync: inherited}).fetch(scene.callbacks()));
  },
  'sync of a class that calls that of its parent': scene => {
    const Row = scene.Row();
    const Child = Row.extend({
      sync(method, model, options) {
        scene.note('child', method, model, options);
        return Row.prototype.sync.call(this, method, model, {...options, timeout: 9000});
      }
    });
    scene.result(scene.watch(new Child(norway)).fetch(scene.callbacks()));
  },
  'Backbone.ajax of the page': scene => {
    Backbone.ajax = function (settings) {
      scene.note('ajax', settings, 'on', this);
      return Backbone.$.ajax.apply(Backbone.$, arguments);
    };
    scene.result(scene.row(norway).save({name: 'Noreg'}, scene.callbacks()));
  },
  'Backbone.ajax that answers at once': scene => {
    Backbone.ajax = settings => { settings.success({...answered}, 'success', {status: 200}); };
    for (const action of Object.values(actions)) action(scene.rows([norway]).first(), scene.callbacks());
  },
  'Backbone.ajax that fails at once': scene => {
    Backbone.ajax = settings => { settings.error({status: 503}, 'error', 'Unavailable'); };
    for (const action of Object.values(actions)) action(scene.rows([norway]).first(), scene.callbacks());
  },
  'Backbone.ajax that keeps its settings': scene => {
    const sent = [];
    Backbone.ajax = settings => { sent.push(settings); };
    const rows = scene.rows([norway]);
    rows.fetch(scene.callbacks({data: {page: 2}}));
    rows.first().save({name: 'Noreg'}, scene.callbacks());
    rows.first().save({name: 'Noreg'}, scene.callbacks({patch: true}));
    rows.create({name: 'Fiji'}, scene.callbacks());
    rows.first().destroy(scene.callbacks());
    sent.forEach(settings => scene.note('sent', settings));
  },
  'settings of the page': scene => {
    const kept = jQuery.ajaxSettings;
    jQuery.ajaxSettings = {...kept, headers: {'X-Token': 'page'}};
    scene.result(scene.row(norway).fetch(scene.callbacks({complete: () => { jQuery.ajaxSettings = kept; }})));
  },
  'events of jQuery': async scene => {
    const heard = 'ajaxSend ajaxSuccess ajaxError ajaxComplete';
    jQuery(document).on(heard, (event, request, settings) => scene.note(event.type, request, settings.url));
    scene.result(scene.row(norway).fetch(scene.callbacks()));
    await scene.quiet();
    scene.result(scene.row({id: 999}).fetch(scene.callbacks()));
    await scene.quiet();
    jQuery(document).off(heard);
  },
  'methods that nobody knows': scene => {
    scene.wrap(function (method, model, options) {
      options.success('heard of ' + method);
      return {method};
    });
    for (const method of ['list', '', undefined, 'READ', 'toString']) {
      scene.note('returned', scene.callSync(method, scene.row(norway), scene.callbacks()));
    }
  },
  'a method that Backbone does not know': scene => {
    scene.attempt(() => scene.note('returned', typeof scene.callSync('list', scene.row(norway), scene.callbacks())));
  },
  'an object that is no model': async scene => {
    const object = {url: '/api/rows/1', trigger: (...args) => scene.note('trigger', ...args), toJSON: () => ({name: 'object'})};
    for (const method of ['read', 'update']) {
      scene.attempt(() => scene.result(scene.callSync(method, object, scene.callbacks())));
      await scene.quiet();
    }
  },
  'an object that is no model and has no events': scene => {
    scene.attempt(() => scene.result(scene.callSync('read', {url: '/api/rows/1'}, scene.callbacks())));
  },
  'no model at all': scene => {
    scene.attempt(() => scene.callSync('read', null, scene.callbacks({url: '/api/rows/1'})));
    scene.attempt(() => scene.callSync('read', undefined, {}));
    scene.attempt(() => scene.callSync());
  },
  'url missing': scene => {
    const row = scene.row(norway, {urlRoot: undefined}), rows = scene.rows([], {url: undefined});
    scene.attempt(() => row.fetch(scene.callbacks()));
    scene.attempt(() => row.save({name: 'Noreg'}, scene.callbacks()));
    scene.attempt(() => row.save({name: 'Noreg'}, scene.callbacks({wait: true})));
    scene.attempt(() => row.destroy(scene.callbacks()));
    scene.attempt(() => rows.fetch(scene.callbacks()));
    scene.attempt(() => rows.create({name: 'Fiji'}, scene.callbacks()));
  },
  'url missing, and given by the options': scene => {
    scene.result(scene.row(norway, {urlRoot: undefined}).fetch(scene.callbacks({url: '/api/rows/1'})));
  },
  'request handlers that look at the request': scene => {
    const row = scene.row(norway);
    row.on('request', (model, request, options) => scene.note('same', model === row, request === options.xhr, typeof request.abort));
    scene.result(row.fetch(scene.callbacks()));
  },
  'callbacks that are taken out of the options on the way': scene => {
    scene.wrap(function (method, model, options) {
      const {success, ...rest} = options;
      return scene.plainSync.call(this, method, model, {...rest, success: data => success(data)});
    });
    scene.result(scene.row(norway).fetch(scene.callbacks()));
  },
  'options with a prototype': scene => {
    const options = Object.assign(Object.create({timeout: 9000, fromPrototype: true}), scene.callbacks());
    scene.result(scene.callSync('read', scene.row(norway), options));
  },
  'the options that wrapped is given are those of the caller': scene => {
    const options = scene.callbacks();
    let given;
    scene.wrap((method, model, own) => { given = own; });
    scene.callSync('read', scene.row(norway), options);
    scene.note('same', given === options);
  }
};
