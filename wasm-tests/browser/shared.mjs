// Pages in which a test says when a request is answered, and how.

import {beforeEach} from 'node:test';
import {openInside} from './inside.mjs';

// Chromium keeps back a request, for many seconds, for what it is about to have in its cache.
async function withoutCache(page) {
  if (page.setCacheEnabled) await page.setCacheEnabled(false);
}

// data: the tables of the REST API. answersInPage: whether requests that have a name are answered
// within the page, by a transport of jQuery's, and never get to the server. A test of thousands of
// orders of answers is about the orders, and a request by HTTP costs a hundred times as much.
// scripts: those of the page.
// Returns an object that has, while a test runs, what openInside gives: {page, server, run, errors,
// warnings}.
export function sharePage(data, {answersInPage, scripts} = {}) {
  const shared = {};
  beforeEach(async t => {
    Object.assign(shared, await openInside(t, {data, scripts, prepare: defineCalls}));
    answerByName(shared.server);
    if (answersInPage) await shared.run(() => inside.answerInPage());
    else await withoutCache(shared.page);
  });
  return shared;
}

// Another tab for test t beside such a page: of the same browser, on its localStorage and its server.
export async function openBeside(t, {server, context}, {scripts} = {}) {
  const opened = await openInside(t, {server, context, scripts, prepare: defineCalls});
  await withoutCache(opened.page);
  return opened;
}

// Requests that have a name in their header `x-call` wait until the page has sent
// their answer to /api/answers/<name>; /api/arrivals/<name> is answered when such a request has
// arrived.
export function answerByName(server) {
  const meetings = new Map();
  const meet = name => {
    if (!meetings.has(name)) {
      const meeting = {};
      meeting.answer = new Promise(resolve => { meeting.give = resolve; });
      meeting.arrival = new Promise(resolve => { meeting.arrive = resolve; });
      meetings.set(name, meeting);
    }
    return meetings.get(name);
  };
  server.answer(async (request, response, next) => {
    // Where the driver has no switch for the cache.
    response.set('Cache-Control', 'no-store');
    const [, given] = /^\/answers\/(.+)$/.exec(request.path) || [];
    if (given) {
      meet(given).give(request.body);
      return response.json({});
    }
    const [, expected] = /^\/arrivals\/(.+)$/.exec(request.path) || [];
    if (expected) {
      await meet(expected).arrival;
      return response.json({});
    }
    const name = request.get('x-call');
    if (!name) return next();
    meet(name).arrive();
    const {status, body} = await meet(name).answer;
    meetings.delete(name);
    if (status === 204) return response.status(204).end();
    response.status(status).json(body === undefined ? request.body : body);
  });
}

// In the page. It comes after `inside` has been defined.
export function defineCalls() {
  const waiting = {};
  // What happens to each named request that the page answers itself: its answer comes first, or the
  // request does. One that is called off takes its answer along.
  const meetings = new Map();
  const meet = name => {
    if (!meetings.has(name)) {
      const meeting = {};
      meeting.answer = new Promise(resolve => { meeting.give = resolve; });
      meetings.set(name, meeting);
    }
    return meetings.get(name);
  };
  const {port1: far, port2: near} = new MessageChannel(), tasks = [];
  near.onmessage = () => tasks.shift()();
  // In a task of its own, as an answer of a server comes: what its handlers throw nobody catches.
  const asTask = action => {
    tasks.push(action);
    far.postMessage(null);
  };
  const transport = ({headers = {}, data}) => {
    const name = headers['x-call'];
    let isAborted = false;
    return name && {
      async send(_, complete) {
        const {status, body} = await meet(name).answer;
        meetings.delete(name);
        if (isAborted) return;
        const text = status === 204 ? '' : JSON.stringify(body === undefined ? JSON.parse(data || '{}') : body);
        const type = status === 204 ? '' : 'Content-Type: application/json; charset=utf-8\r\n';
        asTask(() => complete(status, status < 400 ? 'OK' : 'Error', {text}, type));
      },
      abort() { isAborted = true; }
    };
  };

  Object.assign(inside, {
    answerInPage() {
      jQuery.ajaxTransport('+*', transport);
      inside.give = async (name, status = 200, body) => { meet(name).give(JSON.parse(JSON.stringify({status, body}))); };
    },
    // Sends a request under a name: inside.send('a', given => row.fetch(given)).
    // Returns what the action returns.
    send(name, action, options = {}) {
      let result;
      waiting[name] = new Promise(resolve => {
        result = action({...options, headers: {'x-call': name}, complete: () => resolve()});
      });
      return result;
    },
    // Has the server answer it, by default with what was sent, and waits until
    // everybody has been told.
    async answer(name, status = 200, body) {
      await inside.give(name, status, body);
      await waiting[name];
    },
    // The same without waiting, for an answer whose handlers throw.
    give: (name, status = 200, body) => fetch('/api/answers/' + name, {
      method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({status, body})
    }),
    // Until a request has reached the server: one that is called off before may come there later,
    // or never.
    arrival: name => fetch('/api/arrivals/' + name),
    // The message of the next exception that nobody catches.
    uncaught: () => new Promise(resolve => addEventListener('error', event => {
      event.preventDefault();
      resolve(event.message);
    }, {once: true})),
    record: id => localStorage.getItem(`${id}-_burry_test`),
    list: (query = '') => localStorage.getItem(`__ids__${query}-_burry_test`)
  });
}
