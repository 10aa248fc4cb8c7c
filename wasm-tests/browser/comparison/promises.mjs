// Scenarios of what fetch, save and destroy return (contract 7.4): who is told,
// in which order, and how a request is called off.

const norway = {id: 1, name: 'Norge'};

// What is aborted may get to the server, and late; there it changes nothing.
const unanswered = {url: '/api/never'};

// An action on a request of each kind.
const kinds = {
  'fetch of a collection': (scene, options) => scene.rows([norway]).fetch(options),
  'fetch of a model': (scene, options) => scene.row(norway).fetch(options),
  save: (scene, options) => scene.rows([norway]).first().save({name: 'Noreg'}, options),
  'save with wait': (scene, options) => scene.rows([norway]).first().save({name: 'Noreg'}, {...options, wait: true}),
  destroy: (scene, options) => scene.rows([norway]).first().destroy(options),
  'destroy with wait': (scene, options) => scene.rows([norway]).first().destroy({...options, wait: true})
};
const each = make => Object.fromEntries(Object.entries(kinds).map(([kind, action]) => make(kind, action)));

export default {
  ...each((kind, action) => [`${kind}: abort in flight`, scene => {
    scene.result(action(scene, scene.callbacks(unanswered))).abort();
  }]),
  ...each((kind, action) => [`${kind}: abort with a word of its own`, scene => {
    scene.result(action(scene, scene.callbacks(unanswered))).abort('enough');
  }]),
  ...each((kind, action) => [`${kind}: abort when it is over`, async scene => {
    const result = scene.result(action(scene, scene.callbacks()));
    await scene.quiet();
    result.abort();
    scene.note('behind', result);
  }]),
  ...each((kind, action) => [`${kind}: called off by beforeSend`, scene => {
    scene.result(action(scene, scene.callbacks({beforeSend: () => false})));
  }]),
  ...each((kind, action) => [`${kind}: aborted by beforeSend`, scene => {
    scene.result(action(scene, scene.callbacks({beforeSend: request => { request.abort('before'); }})));
  }]),
  ...each((kind, action) => [`${kind}: timeout`, scene => {
    scene.result(action(scene, scene.callbacks({...unanswered, timeout: 20})));
  }]),
  ...each((kind, action) => [`${kind}: listened to in a chain`, scene => {
    action(scene, scene.callbacks())
      .done(() => scene.note('done')).fail(() => scene.note('fail')).always(() => scene.note('always'))
      .then(data => { scene.note('then', data); return 'next'; }).then(data => scene.note('and then', data));
  }]),
  ...each((kind, action) => [`${kind}: awaited`, async scene => {
    scene.note('awaited', await action(scene, scene.callbacks()));
  }]),
  ...each((kind, action) => [`${kind}: awaited, and failed`, async scene => {
    try {
      await action(scene, scene.callbacks({url: '/api/status/500'}));
    } catch (error) {
      scene.note('caught', error);
    }
  }]),
  ...each((kind, action) => [`${kind}: a failure turned into a value`, async scene => {
    scene.note('value', await action(scene, scene.callbacks({url: '/api/status/500'})).then(null, () => 'instead'));
  }]),

  'the request handler aborts': scene => {
    const rows = scene.rows([norway]);
    rows.on('request', (model, request) => request.abort());
    scene.result(rows.fetch(scene.callbacks()));
  },
  'options.xhr aborts': scene => {
    const options = scene.callbacks();
    scene.result(scene.callSync('read', scene.row(norway), options));
    options.xhr.abort();
  },
  'the success handler aborts what is over': scene => {
    const result = scene.result(scene.row(norway).fetch(scene.callbacks({success: () => { result.abort(); }})));
  },
  'the error handler fetches again': scene => {
    const row = scene.row(norway);
    const result = scene.result(row.fetch(scene.callbacks({error: () => scene.result(row.fetch(scene.callbacks()))})));
    result.abort();
  },
  'listened to when it is over': async scene => {
    const result = scene.row(norway).fetch(scene.callbacks());
    await scene.quiet();
    scene.result(result);
  },
  'listened to when it has failed': async scene => {
    const result = scene.row({id: 999}).fetch(scene.callbacks());
    await scene.quiet();
    scene.result(result);
  },
  'listened to by several': async scene => {
    const result = scene.row(norway).fetch(scene.callbacks());
    result.done([() => scene.note('one'), () => scene.note('two')], () => scene.note('three'));
    result.done(() => result.done(() => scene.note('inner')));
  },
  'jQuery.when of two': async scene => {
    const first = scene.row(norway).fetch(scene.callbacks());
    await scene.quiet();
    jQuery.when(first, scene.row({id: 2}).fetch(scene.callbacks())).done((...all) => scene.note('when', ...all));
  },
  'jQuery.when of one that fails': scene => {
    jQuery.when(scene.row({id: 999}).fetch(scene.callbacks()), jQuery.Deferred().resolve(5))
      .fail((...args) => scene.note('when', ...args));
  },
  'Promise.all of two': async scene => {
    const first = scene.row(norway).fetch(scene.callbacks());
    await scene.quiet();
    scene.note('all', await Promise.all([first, scene.row({id: 2}).fetch(scene.callbacks())]));
  },
  'a callback that returns a request': scene => {
    scene.row(norway).fetch(scene.callbacks())
      .then(() => scene.row({id: 2}).fetch(scene.callbacks()))
      .then(data => scene.note('second', data));
  },
  'headers and status of what is over': async scene => {
    const result = scene.row(norway).fetch(scene.callbacks());
    scene.note('before', result.status, result.getResponseHeader('Content-Type'));
    await result;
    scene.note('behind', result.status, result.statusText, result.getResponseHeader('Content-Type'), result.responseJSON, result.responseText);
    scene.note('headers', typeof result.getAllResponseHeaders(), result.getResponseHeader('X-None'));
  },
  'statusCode of the request': async scene => {
    const result = scene.row(norway).fetch(scene.callbacks({statusCode: {200: () => scene.note('200 of the options')}}));
    result.statusCode({200: () => scene.note('200 of the request')});
    await scene.quiet();
    result.statusCode({200: () => scene.note('200 behind')});
  },
  'statusCode of a failure': scene => {
    scene.result(scene.row(norway).fetch(scene.callbacks({url: '/api/status/409', statusCode: {409: () => scene.note('409')}})));
  },
  'setRequestHeader and overrideMimeType in beforeSend': scene => {
    scene.result(scene.row(norway).fetch(scene.callbacks({
      beforeSend(request) {
        request.setRequestHeader('X-Token', 'before');
        request.overrideMimeType('text/plain');
      }
    })));
  },
  'dataFilter and converters': scene => {
    scene.result(scene.row(norway).fetch(scene.callbacks({
      dataFilter: text => text.replace('Norway', 'filtered'),
      converters: {'text json': text => ({...JSON.parse(text), converted: true})}
    })));
  },
  'complete in a list': scene => {
    scene.result(scene.row(norway).fetch({complete: [() => scene.note('one'), () => scene.note('two')]}));
  },
  'a promise that is handed on': async scene => {
    const deferred = jQuery.Deferred();
    deferred.done((...args) => scene.note('handed on', ...args));
    scene.row(norway).fetch(scene.callbacks()).done(deferred.resolve).fail(deferred.reject);
  },
  'promise() of the result': scene => {
    const result = scene.row(norway).fetch(scene.callbacks());
    result.promise().done(data => scene.note('done', data, result.promise().state()));
    scene.note('own', typeof result.promise({own: true}).done, result.promise({own: true}).own);
  }
};
