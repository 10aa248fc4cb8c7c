// The chart: an SVG by Vega-Lite.
//
// Its first part has the collections, by number of rows; its second all other cases.
// Both tell how many times as long a column takes as the floor, on a logarithmic
// scale. The third part has the fresh page, in milliseconds.

import {View, parse} from 'vega';
import {compile} from 'vega-lite';
import {ratio} from './statistics.mjs';

// Colours that also colour-blind people tell apart; ours stands out.
const palette = [
  ['ours', '#d55e00'], ['floor', '#555555'], ['2012', '#0072b2'], ['no cache', '#999999'], ['ours, plain JavaScript', '#f0b48a'],
  ['backbone-fetch-cache', '#009e73'], ['Backbone.localStorage', '#cc79a7'], ['lscache', '#e69f00']
];
const columns = palette.map(([column]) => column), colors = palette.map(([, color]) => color);
const [[, oursColor], [, floorColor], , [, peerColor]] = palette;

const groups = ['first fill', 'cached read', 'nothing changed', '1 % changed', 'all changed'];
const recordTitles = {small: 'rows of 200 bytes', country: 'rows of 2 kB'};

const color = {
  field: 'column', type: 'nominal', title: null, scale: {domain: columns, range: colors},
  legend: {orient: 'top', direction: 'horizontal', symbolType: 'circle', symbolSize: 120, labelFontSize: 13, labelLimit: 0, columnPadding: 24}
};
const ratioTitle = 'times the floor';
const dashed = {type: 'rule', color: floorColor, strokeDash: [4, 3]};
const floorLine = axis => ({mark: dashed, encoding: {[axis]: {datum: 1}}});

// One scale for neighbours, with room for a line at 1; marked at 1, 2, 5, 10 where
// these do not stand too close.
function scaleOf(values, widest = 300) {
  const times = values.map(one => one.times);
  const domain = [Math.min(0.8, ...times) / 1.15, Math.max(2, ...times) * 1.15];
  const steps = domain[1] / domain[0] < widest ? [1, 2, 5] : [1];
  const ticks = [];
  for (let power = -6; power < 6; power++) ticks.push(...steps.map(step => step * 10 ** power));
  return {
    scale: {type: 'log', base: 10, nice: false, domain},
    axis: {values: ticks.filter(tick => tick >= domain[0] && tick <= domain[1]), format: '~g', grid: true}
  };
}

// Of the columns that have no floor to be compared with there is nothing to show.
function compared(cases) {
  return cases.filter(({milliseconds}) => milliseconds.floor).flatMap(one => Object.keys(one.milliseconds).map(column => ({
    name: one.name, group: one.group, rows: String(one.rows), column, times: ratio(one.milliseconds[column], one.milliseconds.floor),
    record: one.record, layer: one.isAlone ? 'layer alone' : "with Backbone's set"
  }))).filter(({times}) => times > 0);
}

function collections(cases, record, layer) {
  const values = compared(cases).filter(one => one.record === record && one.layer === layer);
  if (!values.length) return null;
  const counts = [...new Set(values.map(one => one.rows))], {scale, axis} = scaleOf(values);
  // The first of a row has the numbers for all of them.
  const axisOf = place => place === 0 ? {...axis, title: ratioTitle, minExtent: 40} : {...axis, title: null, labels: false, ticks: false};
  return {
    title: {text: `${recordTitles[record]}, ${layer}`, anchor: 'start', fontSize: 14},
    spacing: 16,
    hconcat: groups.filter(group => values.some(one => one.group === group)).map((group, place) => ({
      data: {values: values.filter(one => one.group === group)},
      title: {text: group, fontSize: 12, fontWeight: 'normal'},
      width: 200, height: 230,
      layer: [
        floorLine('y'),
        {mark: {type: 'line', point: {size: 45}, strokeWidth: 2}, encoding: {
          x: {field: 'rows', type: 'ordinal', sort: counts, title: 'rows', axis: {labelAngle: 0}, scale: {domain: counts, padding: 0.3}},
          y: {field: 'times', type: 'quantitative', scale, axis: axisOf(place)},
          color
        }}
      ]
    }))
  };
}

function others(cases) {
  const values = compared(cases).filter(one => !one.record);
  if (!values.length) return null;
  const {scale, axis} = scaleOf(values, 1e6);
  return {
    title: {text: 'one model, create, Burry', anchor: 'start', fontSize: 14},
    data: {values}, width: 900, height: {step: 26},
    layer: [
      floorLine('x'),
      {mark: {type: 'point', filled: true, size: 110, opacity: 0.9}, encoding: {
        x: {field: 'times', type: 'quantitative', title: ratioTitle, scale, axis},
        y: {field: 'name', type: 'nominal', sort: null, title: null, axis: {grid: true, labelLimit: 300, labelFontSize: 12}},
        color
      }}
    ]
  };
}

function freshPage(fresh) {
  if (!fresh) return null;
  const values = Object.entries(fresh.usable).map(([column, {median}]) =>
    ({column, milliseconds: median, text: `${median.toFixed(1)} ms`, isOurs: column.startsWith('ours')}));
  const x = {field: 'milliseconds', type: 'quantitative', title: 'milliseconds', scale: {domainMin: 0}};
  const y = {field: 'column', type: 'nominal', sort: null, title: null, axis: {labelLimit: 300, labelFontSize: 12}};
  return {
    title: {text: 'a fresh page: from the script tag to the first usable call (dashed: at most 5 ms)', anchor: 'start', fontSize: 14},
    data: {values}, width: 900, height: {step: 26},
    layer: [
      {mark: dashed, encoding: {x: {datum: 5}}},
      {mark: {type: 'bar', height: 14}, encoding: {x, y, color: {condition: {test: 'datum.isOurs', value: oursColor}, value: peerColor}}},
      {mark: {type: 'text', align: 'left', dx: 5, fontSize: 12}, encoding: {x, y, text: {field: 'text'}}}
    ]
  };
}

export async function drawChart({browser, date, processor, rounds, isQuick, cases, fresh}) {
  const parts = [
    ...['small', 'country'].flatMap(record => ['layer alone', "with Backbone's set"].map(layer => collections(cases, record, layer))),
    others(cases),
    freshPage(fresh)
  ].filter(Boolean);
  const {spec} = compile({
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white', padding: 20,
    title: {
      text: 'Backbone.cachingSync, compared with the storage and JSON work alone',
      subtitle: `The dashed line is that floor; lower, or further left, is faster. ${browser}, ${processor}, medians of ${rounds} rounds${isQuick ? ' (a quick run)' : ''}, ${date.slice(0, 10)}`,
      anchor: 'start', fontSize: 16, subtitleFontSize: 12, offset: 16
    },
    vconcat: parts, spacing: 28,
    config: {font: 'sans-serif', axis: {labelFontSize: 11, titleFontSize: 11, gridColor: '#e8e8e8'}, view: {stroke: '#cccccc'}}
  });
  return new View(parse(spec), {renderer: 'none'}).toSVG();
}
