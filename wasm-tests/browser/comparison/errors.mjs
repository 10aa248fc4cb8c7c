// Scenarios of failures and exceptions (contract 7.4).

const norway = {id: 1, name: 'Norge'};

const kinds = {
  'fetch of a collection': (scene, options) => scene.rows([norway]).fetch(options),
  'fetch of a model': (scene, options) => scene.rows([norway]).first().fetch(options),
  create: (scene, options) => void scene.note('created', scene.rows([norway]).create({name: 'Fiji'}, options)),
  'create with wait': (scene, options) => void scene.note('created', scene.rows([norway]).create({name: 'Fiji'}, {...options, wait: true})),
  save: (scene, options) => scene.rows([norway]).first().save({name: 'Noreg'}, options),
  patch: (scene, options) => scene.rows([norway]).first().save({name: 'Noreg'}, {...options, patch: true}),
  'save with wait': (scene, options) => scene.rows([norway]).first().save({name: 'Noreg'}, {...options, wait: true}),
  destroy: (scene, options) => scene.rows([norway]).first().destroy(options),
  'destroy with wait': (scene, options) => scene.rows([norway]).first().destroy({...options, wait: true})
};
const run = (scene, action, options) => scene.attempt(() => {
  const result = action(scene, scene.callbacks(options));
  if (result !== undefined) scene.result(result);
});

const scenarios = {};
for (const [kind, action] of Object.entries(kinds)) {
  for (const status of [400, 401, 403, 404, 409, 410, 422, 500, 503]) {
    scenarios[`${kind}: ${status}`] = scene => run(scene, action, {url: `/api/status/${status}`});
  }
  scenarios[`${kind}: no JSON`] = scene => run(scene, action, {url: '/api/no-json'});
  scenarios[`${kind}: text instead of JSON`] = scene => run(scene, action, {url: '/api/text'});
  scenarios[`${kind}: no server`] = scene => run(scene, action, {url: 'http://127.0.0.1:1/'});
  scenarios[`${kind}: a failure, at once`] = scene => run(scene, action, {url: '/api/status/500', async: false});
  scenarios[`${kind}: a failure with a context`] = scene => run(scene, action, {url: '/api/status/500', context: {name: 'context'}});
  scenarios[`${kind}: a success callback that throws`] = scene => run(scene, action, {success() { throw new Error('success'); }});
  scenarios[`${kind}: a success callback that throws, at once`] = scene =>
    run(scene, action, {async: false, success() { throw new Error('success'); }});
  scenarios[`${kind}: an error callback that throws`] = scene =>
    run(scene, action, {url: '/api/status/500', error() { throw new Error('error'); }});
  scenarios[`${kind}: an error callback that throws, at once`] = scene =>
    run(scene, action, {url: '/api/status/500', async: false, error() { throw new Error('error'); }});
  scenarios[`${kind}: a complete callback that throws`] = scene => run(scene, action, {complete() { throw new Error('complete'); }});
  scenarios[`${kind}: a beforeSend that throws`] = scene => run(scene, action, {beforeSend() { throw new Error('before'); }});
  scenarios[`${kind}: wrapped calls back at once, and the callback throws`] = scene => {
    scene.wrap((method, model, options) => { options.success({id: 1, name: 'Norway'}); });
    scene.attempt(() => action(scene, scene.callbacks({success() { throw new Error('success'); }})));
  };
  scenarios[`${kind}: wrapped fails at once, and the callback throws`] = scene => {
    scene.wrap((method, model, options) => { options.error({status: 500}); });
    scene.attempt(() => action(scene, scene.callbacks({error() { throw new Error('error'); }})));
  };
  for (const event of ['request', 'sync', 'error', 'change', 'add', 'update', 'destroy', 'remove']) {
    scenarios[`${kind}: a handler of ${event} that throws`] = scene => {
      const {rows} = scene;
      scene.rows = (...args) => {
        const made = rows.apply(scene, args);
        made.on(event, () => { throw new Error(event); });
        return made;
      };
      run(scene, action, event === 'error' ? {url: '/api/status/500'} : {});
    };
  }
}

export default {
  ...scenarios,

  'after a callback that threw everything works': async scene => {
    const rows = scene.rows();
    scene.attempt(() => rows.fetch(scene.callbacks({success() { throw new Error('success'); }})));
    await scene.quiet();
    scene.result(rows.fetch(scene.callbacks()));
    await scene.quiet();
    scene.result(rows.first().save({name: 'Noreg'}, scene.callbacks()));
  },
  'after a parse that threw everything works': async scene => {
    let throws = true;
    const row = scene.row(norway, {
      parse(answer) {
        if (throws) throw new Error('parse');
        return answer;
      }
    });
    scene.attempt(() => scene.result(row.fetch(scene.callbacks())));
    await scene.quiet();
    throws = false;
    scene.result(row.fetch(scene.callbacks()));
  },
  'a done callback that throws': scene => {
    scene.row(norway).fetch(scene.callbacks()).done(() => { throw new Error('done'); }).done(() => scene.note('second'));
  },
  'a then callback that throws': scene => {
    scene.row(norway).fetch(scene.callbacks()).then(() => { throw new Error('then'); }).then(null, error => scene.note('caught', error));
  },
  'a failure that nobody handles': scene => {
    scene.row({id: 999}).fetch();
  },
  'a failure, and its error event': scene => {
    const row = scene.row({id: 999});
    row.on('error', (model, request, options) => scene.note('same', model === row, request.status, typeof options.success, options.textStatus, options.errorThrown));
    scene.result(row.fetch(scene.callbacks()));
  },
  'a failure, with textStatus and errorThrown in its options': scene => {
    scene.result(scene.row({id: 999}).fetch(scene.callbacks({
      error: (model, request, options) => scene.note('options', options.textStatus, options.errorThrown)
    })));
  },
  'a failure of create with wait, seen by the collection': scene => {
    const rows = scene.rows();
    rows.on('error', (...args) => scene.note('collection hears', ...args));
    rows.create({name: 'Fiji'}, scene.callbacks({url: '/api/status/500', wait: true}));
  },
  'a failure, then a success of the same model': async scene => {
    const row = scene.row(norway);
    scene.result(row.save({name: 'one'}, scene.callbacks({url: '/api/status/500'})));
    await scene.quiet();
    scene.result(row.save({name: 'two'}, scene.callbacks()));
    await scene.quiet();
    scene.result(row.fetch(scene.callbacks()));
  },
  'a destroy that fails, then another': async scene => {
    const rows = scene.rows([norway]), row = rows.first();
    scene.result(row.destroy(scene.callbacks({url: '/api/status/500', wait: true})));
    await scene.quiet();
    scene.result(row.destroy(scene.callbacks({wait: true})));
  },
  'the options sent again out of the error callback': scene => {
    const row = scene.row(norway);
    let attempts = 0;
    scene.result(row.fetch(scene.callbacks({
      url: '/api/status/500',
      error(model, request, options) {
        if (++attempts > 2) return;
        const {xhr, ...again} = options;
        row.sync('read', row, again);
      }
    })));
  }
};
