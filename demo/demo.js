// The demo page: plain jQuery, Underscore and Backbone. All that the cache asks
// of it is `sync`, once made and twice used.

(function ($, _, Backbone, Burry) {
  'use strict';

  var alphabet = new Intl.Collator('en');
  var figures = new Intl.NumberFormat('en');

  // The options of the cache are those in the address of the page: ?queue=true&live=true
  var address = new URLSearchParams(location.search), options = {};
  ['ttl', 'freshFor'].forEach(function (name) {
    if (address.has(name)) options[name] = Number(address.get(name));
  });
  ['looseKeys', 'dedupe', 'evict', 'queue', 'live'].forEach(function (name) {
    if (address.has(name)) options[name] = address.get(name) === 'true';
  });
  ['callbacks', 'fetchPolicy'].forEach(function (name) {
    if (address.has(name)) options[name] = address.get(name);
  });
  var sync = Backbone.cachingSync(Backbone.sync, 'countries', options);

  var Country = Backbone.Model.extend({
    idAttribute: 'cca3',
    urlRoot: 'api/countries',
    sync: sync,

    label: function () {
      return (this.get('name') || {}).common || '';
    }
  });

  var Countries = Backbone.Collection.extend({
    model: Country,
    url: 'api/countries',
    sync: sync,

    comparator: function (a, b) {
      return alphabet.compare(a.label(), b.label());
    }
  });

  // The same cache, seen as a store: what the page shows of it comes from here.
  var store = new Burry.Store('countries');

  var countries = new Countries();
  var draft = null;   // the country of the form for a new one
  var regions = ['Africa', 'Americas', 'Antarctic', 'Asia', 'Europe', 'Oceania'];
  var failNext = false;

  function number(value) {
    return figures.format(Math.round(value));
  }

  // Milliseconds since the navigation began.
  function now() {
    return performance.now();
  }

  // Calls back when the browser has painted what is in the document now. A tab in
  // the background paints nothing, and is not waited for.
  function whenPainted(callback) {
    var once = _.once(callback);
    requestAnimationFrame(function () { setTimeout(once); });
    if (document.hidden) setTimeout(once);
  }


  // What the page asks of the server goes into headers, so the URLs, by which
  // things may be cached, stay as they are.

  function delay() {
    return Number($('#delay').val());
  }

  function setFailNext(fail) {
    failNext = fail;
    $('#fail').attr('aria-pressed', String(fail));
  }

  $.ajaxPrefilter(function (options, original, request) {
    request.setRequestHeader('X-Delay', delay());
    if (!failNext || options.type === 'GET' || /reset$/.test(options.url)) return;
    request.setRequestHeader('X-Fail', 'yes');
    setFailNext(false);
  });


  // The timeline: when the cached list was painted, and when the server's.

  var Phases = Backbone.View.extend({
    el: '#phases',

    initialize: function () {
      this.phases = [
        {name: 'cached', title: 'From the cache', state: 'none'},
        {name: 'server', title: 'From the server', state: 'pending'}
      ];
      this.tick = _.bind(this.tick, this);
      this.render();
    },

    phase: function (name) {
      return _.findWhere(this.phases, {name: name});
    },

    fetched: function () {
      this.fetchedAt = now();
      this.tick();
    },

    painted: function (name, rows) {
      _.extend(this.phase(name), {state: 'painted', at: now(), rows: rows});
      this.render();
    },

    failed: function () {
      _.extend(this.phase('server'), {state: 'failed', at: now()});
      this.render();
    },

    // While the server is awaited, its bar grows.
    tick: function () {
      if (this.phase('server').state !== 'pending') return;
      this.render();
      requestAnimationFrame(this.tick);
    },

    scale: function () {
      return Math.max(delay() * 1.15, 300, (this.phase('server').at || now()) * 1.05);
    },

    render: function () {
      _.each(this.phases, this.renderPhase, this);
      return this;
    },

    renderPhase: function (phase) {
      var $phase = this.$('.' + phase.name);
      if (!$phase.length) {
        $phase = $('<div class="phase"><b></b><span class="when"></span><i class="bar"><i></i></i><small></small></div>')
          .addClass(phase.name).appendTo(this.el);
      }
      var at = phase.state === 'none' ? 0 : phase.at || now();
      $phase.attr('data-state', phase.state).attr('data-rows', phase.rows);
      $phase.find('b').text(phase.title);
      $phase.find('.when').text(this.when(phase));
      $phase.find('.bar i').css('width', Math.max(at / this.scale() * 100, at ? 1 : 0) + '%');
      $phase.find('small').text(this.detail(phase));
    },

    when: function (phase) {
      if (phase.state === 'none') return '–';
      if (phase.state === 'pending') return number(now()) + ' ms …';
      return number(phase.at) + ' ms';
    },

    detail: function (phase) {
      if (phase.state === 'none') return 'nothing was cached';
      if (phase.state === 'pending') return 'no answer yet';
      var after = number(phase.at - this.fetchedAt) + ' ms after fetch()';
      if (phase.state === 'failed') return 'no list came, ' + after;
      return number(phase.rows) + ' rows painted, ' + after;
    }
  });


  // What happened, newest first, each with its milliseconds.

  function log(kind, text, detail) {
    var $entry = $('<li>').addClass(kind).append($('<time>').text(number(now()) + ' ms'), $('<span>').text(text));
    if (detail) $entry.append($('<small>').text(detail));
    $('#log').prepend($entry);
    showCache();
  }

  // What the cache holds of a country at this moment.
  function cachedName(id) {
    var record = store.get(id);
    return record ? 'The cache holds ' + id + ' as “' + record.name.common + '”' : 'The cache holds no ' + id;
  }

  // Reading all of it takes longer than painting the list, so it comes after.
  var showCache = _.debounce(function () {
    var text = _.map(_.range(localStorage.length), function (i) {
      var key = localStorage.key(i);
      return key + localStorage.getItem(key);
    });
    $('#cache').attr('data-keys', text.length)
      .text(number(text.length) + (text.length === 1 ? ' key, ' : ' keys, ') + number(new Blob(text).size / 1000) + ' kB');
  }, 100);


  // One country. Its row is what the model says, or a form.

  var Row = Backbone.View.extend({
    tagName: 'tr',

    events: {
      'click .edit': 'edit',
      'click .delete': 'remove_',
      'click .cancel': 'cancel',
      'click .save': 'save',
      'keydown input, select': 'key'
    },

    initialize: function () {
      this.listenTo(this.model, 'change', this.renderUnlessEditing);
      this.listenTo(this.model, 'request', function () { this.mark('saving'); });
      this.listenTo(this.model, 'sync', function () { this.mark(''); });
    },

    shown: _.template(
      '<td class="flag"><%= flag %></td>' +
      '<td class="name"><%- name %></td><td class="capital"><%- capital %></td>' +
      '<td class="region"><%- region %></td><td class="area"><%- area %></td>' +
      '<td class="actions"><span class="mark"></span>' +
      '<button class="edit" aria-label="Edit <%- name %>">Edit</button> ' +
      '<button class="delete" aria-label="Delete <%- name %>">Delete</button></td>'),

    form: _.template(
      '<td class="flag"><%= flag %></td>' +
      '<td class="name"><input name="name" aria-label="Country" value="<%- name %>" required></td>' +
      '<td class="capital"><input name="capital" aria-label="Capital" placeholder="Capital" value="<%- capital %>"></td>' +
      '<td class="region"><select name="region" aria-label="Region"><% _.each(regions, function (other) { %>' +
      '<option<%= other === region ? " selected" : "" %>><%- other %></option><% }) %></select></td>' +
      '<td class="area"><input name="area" aria-label="Area in square kilometres" placeholder="km²" ' +
      'type="number" min="0" value="<%- plainArea %>"></td>' +
      '<td class="actions"><button class="save primary">Save</button> <button class="cancel">Cancel</button></td>'),

    values: function () {
      var model = this.model, area = model.get('area');
      return {
        // World-countries has flags for its own countries only.
        flag: model.has('flag') ? '<img loading="lazy" alt="" src="flags/' + model.id.toLowerCase() + '.svg">' : '<i></i>',
        name: model.label(),
        capital: (model.get('capital') || []).join(', '),
        region: model.get('region') || 'Europe',
        regions: regions,
        area: area >= 0 && area !== null ? figures.format(area) : '',
        plainArea: area >= 0 && area !== null ? area : ''
      };
    },

    render: function () {
      this.$el.attr('data-id', this.model.id || '').toggleClass('editing', !!this.editing)
        .html((this.editing ? this.form : this.shown)(this.values()));
      this.mark(this.marked || '');
      return this;
    },

    renderUnlessEditing: function () {
      if (!this.editing) this.render();
    },

    mark: function (mark) {
      this.marked = mark;
      this.$el.attr('data-mark', mark).find('.mark').text(mark);
    },

    edit: function () {
      this.editing = true;
      this.render().$('[name=name]').trigger('focus').trigger('select');
    },

    cancel: function () {
      this.editing = false;
      if (this.model === draft) drop(draft);
      else this.render();
    },

    key: function (event) {
      if (event.key === 'Enter') this.save();
      if (event.key === 'Escape') this.cancel();
    },

    edited: function () {
      var $inputs = this.$('input, select');
      var value = function (name) { return $inputs.filter('[name=' + name + ']').val().trim(); };
      return {
        name: _.extend({}, this.model.get('name'), {common: value('name')}),
        capital: _.compact(_.map(value('capital').split(','), function (part) { return part.trim(); })),
        region: value('region'),
        area: value('area') === '' ? null : Number(value('area'))
      };
    },

    save: function () {
      var invalid = _.find(this.$('input').get(), function (input) { return !input.checkValidity(); });
      if (invalid) return invalid.reportValidity();
      var attributes = this.edited();
      this.editing = false;
      this.render();
      if (this.model === draft) create(this.model, attributes);
      else update(this.model, attributes);
    },

    remove_: function () {
      destroy(this.model);
    }
  });


  // Writes. The page shows them at once, and so does the cache; when the server
  // refuses one, the cache has its old record back, and the page takes it from there.

  function status(request) {
    return request.status ? 'the server said ' + request.status : 'the server was not reached';
  }

  function update(model, attributes) {
    var before = _.clone(model.attributes);
    model.save(attributes, {
      success: told('Saved', model),
      error: function (failed, request) {
        log('failure', 'Not saved: ' + status(request), cachedName(model.id));
        model.set(store.get(model.id) || before);
        row(model).mark('undone');
      }
    });
    log('write', 'Saving ' + model.label() + ' …', cachedName(model.id));
  }

  // What a write says whose outcome is success: the server's, or that it waits for one.
  function told(done, model) {
    var id = model.id;
    return function (written, data, given) {
      var cached = cachedName(model.id || id);
      if (given.queued) log('write', done + ' here, and waits for the network: ' + model.label(), cached);
      else log('server', done + ' ' + model.label(), cached);
    };
  }

  sync.cache.on('reject', function (write) {
    log('failure', 'The server refused: ' + write.method + ' ' + write.id, 'Taken back');
  });

  function create(model, attributes) {
    draft = null;
    model.made = true;
    countries.create(model.set(attributes), {
      success: function (made, data, given) {
        // A list that the server sent meanwhile was without it.
        countries.add(model);
        told('Created', model)(made, data, given);
      },
      error: function (failed, request) {
        countries.remove(model);
        log('failure', 'Not created: ' + status(request), 'Nothing was cached');
      }
    });
    log('write', 'Creating ' + model.label() + ' …', 'Nothing is cached before the server has made it');
  }

  function destroy(model) {
    var id = model.id;
    model.destroy({
      success: told('Deleted', model),
      error: function (failed, request) {
        log('failure', 'Not deleted: ' + status(request), cachedName(id));
        row(countries.add(store.get(id) || model.attributes)).mark('undone');
      }
    });
    log('write', 'Deleting ' + model.label() + ' …', cachedName(id));
  }


  // The list.

  var rows = {};

  function row(model) {
    rows[model.cid] = rows[model.cid] || new Row({model: model});
    return rows[model.cid];
  }

  function drop(model) {
    row(model).remove();
    delete rows[model.cid];
    if (model === draft) draft = null;
  }

  function showRows() {
    var wanted = $('#filter').val().trim().toLowerCase();
    var shown = countries.filter(function (model) {
      return (model.label() + ' ' + model.get('region')).toLowerCase().indexOf(wanted) >= 0;
    });
    // What was made on this visit stands on top, where one sees it.
    shown = _.compact([draft]).concat(_.sortBy(shown, function (model) { return model.made ? 0 : 1; }));
    var parts = _.map(shown, function (model) {
      var view = row(model);
      return view.el.firstChild ? view.el : view.render().el;
    });
    $('#rows').children().not(parts).detach();
    _.each(parts, function (part, i) {
      var there = $('#rows')[0].children[i];
      if (there !== part) $('#rows')[0].insertBefore(part, there || null);
    });
    $('#count').text(countries.length ? number(countries.length) : '–');
    $('#empty').toggle(!countries.length);
  }

  function showFreshness(freshness, text) {
    $('#freshness').attr('data-freshness', freshness).text(text);
  }

  countries.on('update reset', showRows);
  countries.on('remove', drop);
  countries.on('change:cca3', function (model) { row(model).$el.attr('data-id', model.id); });
  countries.on('sync request error', showCache);


  // The page begins.

  function fetchCountries() {
    phases.fetched();
    countries.fetch({
      success: function (collection, records, options) {
        var name = options.fromCache ? 'cached' : 'server';
        if (options.fromCache) showFreshness('cached', 'cached, asking the server …');
        else showFreshness('server', 'as the server has them');
        whenPainted(function () {
          phases.painted(name, records.length);
          log(name, 'List painted from the ' + (options.fromCache ? 'cache' : 'server'), number(records.length) + ' rows');
        });
      },
      error: function (collection, request) {
        phases.failed();
        showFreshness('failure', status(request));
        log('failure', 'No list: ' + status(request), countries.length ? 'The cached one stays' : '');
        $('#empty').text('Nothing is cached, and ' + status(request) + '.');
      }
    });
  }

  $('#reload').on('click', function () { location.reload(); });
  $('#clear').on('click', function () {
    sync.cache.clear();
    showCache();
    log('write', 'The cache is empty', 'The next visit waits for the server');
  });
  $('#reset').on('click', function () {
    log('write', 'Resetting the data …');
    $.post('api/reset').done(function () { location.reload(); });
  });
  $('#fail').on('click', function () { setFailNext(!failNext); });
  $('#new').on('click', function () {
    $('#filter').val('');
    draft = draft || new Country({region: 'Europe'});
    showRows();
    row(draft).edit();
  });
  $('#filter').on('input', showRows);
  // The delay outlives a reload, and is kept out of localStorage, where the
  // cache's keys are counted.
  $('#delay').val(sessionStorage.getItem('delay') || '1500').on('change', function () {
    sessionStorage.setItem('delay', delay());
  });
  $(window).on('storage', showCache);

  var phases = new Phases();
  showFreshness('pending', 'asking the server …');
  showCache();
  fetchCountries();
})(jQuery, _, Backbone, Burry);
