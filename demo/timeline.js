// The phases of this visit, the timeline of the last operations, drawn by Vega, and the same
// as a text.

import {changes, now, operations} from './operations.js';

const figures = new Intl.NumberFormat('en');
export const number = value => figures.format(Math.round(value));

// How the moments are drawn; what they are called in the legend.
const kinds = {
  cached: {name: 'cached phase', color: '#08705f', shape: 'circle'},
  server: {name: 'server phase', color: '#2f5fd0', shape: 'circle'},
  saved: {name: 'server has it', color: '#2f5fd0', shape: 'square'},
  queued: {name: 'queued', color: '#9a6200', shape: 'diamond'},
  undone: {name: 'rolled back', color: '#b3261e', shape: 'cross'},
  failed: {name: 'failed', color: '#b3261e', shape: 'triangle-up'},
  tab: {name: 'from another tab', color: '#6a3fb5', shape: 'diamond'},
  write: {name: 'by hand', color: '#5d6b7a', shape: 'square'}
};
const requestColors = {'under way': '#c98a10', answered: '#6f8fe0', failed: '#de7a72'};
const lanes = 5;


// This visit: when the first list was painted, from the cache and from the server.

export const Phases = Backbone.View.extend({
  el: '#phases',

  initialize() {
    this.phases = {
      cached: {title: 'From the cache', state: 'none'},
      server: {title: 'From the server', state: 'pending'}
    };
    this.tick = this.tick.bind(this);
    this.tick();
  },

  painted(name, rows) {
    if (this.phases[name].state === 'painted') return;
    Object.assign(this.phases[name], {state: 'painted', at: now(), rows});
    this.render();
  },

  // What is shown asks no server.
  notAsked() {
    if (this.phases.server.state === 'pending') this.phases.server.state = 'none';
    this.render();
  },

  failed() {
    if (this.phases.server.state !== 'pending') return;
    Object.assign(this.phases.server, {state: 'failed', at: now()});
    this.render();
  },

  // While the server is awaited, its bar grows.
  tick() {
    this.render();
    if (this.phases.server.state === 'pending') requestAnimationFrame(this.tick);
  },

  render() {
    const ends = Object.values(this.phases).map(phase => phase.at || now());
    const scale = Math.max(400, Math.max(...ends) * 1.05);
    for (const [name, phase] of Object.entries(this.phases)) this.renderPhase(name, phase, scale);
    return this;
  },

  renderPhase(name, phase, scale) {
    const at = phase.state === 'none' ? 0 : phase.at || now();
    const $phase = this.$(`.${name}`);
    $phase.attr({'data-state': phase.state, 'data-rows': phase.rows});
    $phase.find('b').text(phase.title);
    $phase.find('.when').text(this.when(phase));
    $phase.find('.bar i').css('width', `${at ? Math.max(at / scale * 100, 1) : 0}%`);
    $phase.find('small').text(this.detail(name, phase));
  },

  when({state, at}) {
    if (state === 'none') return '–';
    return state === 'pending' ? `${number(now())} ms …` : `${number(at)} ms`;
  },

  detail(name, {state, rows}) {
    if (state === 'none') return name === 'cached' ? 'nothing was cached' : 'was not asked';
    if (state === 'pending') return 'no answer yet';
    return state === 'failed' ? 'nothing came' : `${number(rows)} ${rows === 1 ? 'row' : 'rows'} painted`;
  }
});


// What happened, newest first, each with its milliseconds.

export const Log = Backbone.View.extend({
  el: '#log',

  initialize() {
    this.listenTo(changes, 'moment', this.add);
  },

  add({kind, text, detail, at}) {
    const $entry = $('<li>').addClass(kind).append($('<time>').text(`${number(at)} ms`), $('<span>').text(text));
    if (detail) $entry.append($('<small>').text(detail));
    this.$el.prepend($entry).children().slice(60).remove();
  }
});


// The chart. Vega is half a megabyte, and comes after what the page is about.

function loadScript(src) {
  return new Promise((resolve, reject) => {
    const onerror = () => reject(new Error(`${src} could not be loaded`));
    document.head.append(Object.assign(document.createElement('script'), {src, onerror, onload: resolve}));
  });
}

const specification = width => ({
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  width, height: {step: 26},
  autosize: {type: 'fit-x', contains: 'padding'},
  background: 'transparent',
  encoding: {
    y: {
      field: 'lane', type: 'nominal', sort: {field: 'number'}, title: null,
      axis: {labelLimit: width < 500 ? 88 : 230, domain: false, ticks: false, labelPadding: 8, grid: true}
    }
  },
  layer: [{
    data: {name: 'requests'},
    mark: {type: 'bar', height: 12, cornerRadius: 4},
    encoding: {
      x: {
        field: 'sent', type: 'quantitative', title: width < 500 ? 'milliseconds' : 'milliseconds since the navigation began',
        scale: {zero: false, nice: false, padding: 12}, axis: {grid: false, labelFlush: true, tickCount: width < 500 ? 4 : 8}
      },
      x2: {field: 'answered'},
      color: {
        field: 'state', type: 'nominal', scale: {domain: Object.keys(requestColors), range: Object.values(requestColors)},
        legend: null
      },
      tooltip: [{field: 'lane', title: 'operation'}, {field: 'state', title: 'request'}, {field: 'took', title: 'ms'}]
    }
  }, {
    data: {name: 'moments'},
    mark: {type: 'point', filled: true, size: 130, opacity: 1, stroke: '#fff', strokeWidth: 1},
    encoding: {
      x: {field: 'at', type: 'quantitative'},
      fill: {
        field: 'kind', type: 'nominal', legend: {title: null},
        scale: {domain: Object.values(kinds).map(kind => kind.name), range: Object.values(kinds).map(kind => kind.color)}
      },
      shape: {
        field: 'kind', type: 'nominal', legend: {title: null},
        scale: {domain: Object.values(kinds).map(kind => kind.name), range: Object.values(kinds).map(kind => kind.shape)}
      },
      tooltip: [{field: 'text', title: 'what'}, {field: 'at', title: 'ms', format: ',.0f'}]
    }
  }],
  resolve: {scale: {color: 'independent', fill: 'shared'}},
  config: {
    font: 'system-ui, sans-serif',
    axis: {labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', titleColor: '#5d6b7a', labelColor: '#1c2733', gridColor: '#edf0f4', domainColor: '#c6d0db', tickColor: '#c6d0db'},
    legend: {orient: 'bottom', direction: 'horizontal', labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', titleColor: '#5d6b7a', columns: width < 500 ? 2 : 4},
    view: {stroke: null}
  }
});

const stateOf = ({answered, status}) => answered === null ? 'under way' : status >= 200 && status < 400 ? 'answered' : 'failed';

// The last operations as rows for Vega.
function rows() {
  const shown = operations.slice(-lanes), until = now();
  const lane = ({number, label}) => `${number}. ${label}`;
  const requests = shown.flatMap(operation => operation.requests.map(request => ({
    lane: lane(operation), number: operation.number, sent: request.sent, answered: request.answered || until,
    state: stateOf(request), took: number((request.answered || until) - request.sent)
  })));
  const moments = shown.flatMap(operation => operation.moments.map(({kind, text, at}) =>
    ({lane: lane(operation), number: operation.number, kind: kinds[kind].name, text, at})));
  return {requests, moments};
}

export const Timeline = Backbone.View.extend({
  el: '#timeline',

  initialize() {
    this.draw = _.throttle(this.draw.bind(this), 120);
    this.listenTo(changes, 'operation request moment', this.draw);
    $(window).on('resize', _.debounce(() => this.begin(), 200));
  },

  async load() {
    try {
      await loadScript('vega.js');
      await loadScript('vega-lite.js');
    } catch (error) {
      return this.$el.text(`No chart: ${error.message}. What happened is told step by step.`);
    }
    await this.begin();
  },

  // Made anew where the width changes: a narrow chart has other axes.
  async begin() {
    if (!window.vegaLite) return;
    const {vega, vegaLite} = window;
    const {spec} = vegaLite.compile(specification(this.el.clientWidth), {logger: vega.logger(vega.Error)});
    if (this.chart) this.chart.finalize();
    this.chart = new vega.View(vega.parse(spec), {renderer: 'svg', container: this.el});
    this.draw();
  },

  async draw() {
    if (!this.chart) return;
    const {requests, moments} = rows();
    this.chart.data('requests', requests).data('moments', moments);
    await this.chart.runAsync();
    if (requests.some(({state}) => state === 'under way')) setTimeout(this.draw, 150);
  }
});
