// A client of a REST API in the manner of WordPress's: the sync of its classes sends a nonce,
// wraps `success` and reads there from the headers how many rows and pages there are. What it
// knows of its pages and what it requests is the same with a cache; and in which phase it knows
// it, where the cached sync is around the client's and where it is inside.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openInside} from './inside.mjs';

const posts = [1, 2, 3, 4, 5].map(id => ({id, title: `Post ${id}`, author: id % 2 + 1}));
const users = [{id: 1, name: 'Ada'}, {id: 2, name: 'Eva'}];

// The server's side. It refuses what comes without the nonce, and tells the next one.
function answer(request, response) {
  const [, , kind, id] = request.path.split('/'), {context, page = 1, per_page: size = 2, _embed, search} = request.query;
  response.set({'Cache-Control': 'no-store', 'X-WP-Nonce': 'second'});
  if (!/^(first|second)$/.test(request.get('X-WP-Nonce'))) return response.status(403).json({code: 'rest_cookie_invalid_nonce'});
  if (kind === 'users') return response.json(users.find(user => user.id === (id === 'me' ? 1 : Number(id))));
  const spell = ({title, ...post}) => ({
    ...post, title: {rendered: `<b>${title}</b>`, ...context === 'edit' && {raw: title}},
    ...context === 'edit' && {status: 'draft'}, ..._embed && {_embedded: {author: users.filter(user => user.id === post.author)}}
  });
  const post = posts[id - 1] || {id: 6, title: 'New', author: 1};
  if (request.method === 'DELETE') return response.json({deleted: true, previous: spell(post)});
  if (request.method !== 'GET') return response.json(spell({...post, ...request.body}));
  if (id) return response.json(spell(post));
  const found = posts.filter(({title}) => !search || title.includes(search));
  response.set({'X-WP-Total': found.length, 'X-WP-TotalPages': Math.ceil(found.length / size)});
  if (page > Math.max(1, Math.ceil(found.length / size))) return response.status(400).json({code: 'rest_post_invalid_page_number'});
  response.json(found.slice((page - 1) * size, page * size).map(spell));
}

// In the page: the client. around: decorates its sync; inside: the sync that it calls.
// countsCached: whether its `success` counts pages in the cached phase, too.
function prepare() {
  window.createClient = ({around = sync => sync, inside: sent = (...args) => Backbone.sync(...args), countsCached = true} = {}) => {
    const session = {nonce: 'first', seen: []};

    function withNonce(options) {
      const {beforeSend, complete} = options;
      options.beforeSend = function (request) {
        request.setRequestHeader('X-WP-Nonce', session.nonce);
        if (beforeSend) return beforeSend.apply(this, arguments);
      };
      options.complete = function (request) {
        session.nonce = request.getResponseHeader('X-WP-Nonce') || session.nonce;
        if (complete) complete.apply(this, arguments);
      };
    }

    function syncModel(method, model, options) {
      withNonce(options);
      return sent.call(this, method, model, options);
    }

    function syncCollection(method, posts, options) {
      withNonce(options);
      const {data, success} = options, {page, ...query} = data || {};
      posts.pages = {query, current: page === undefined ? 0 : page - 1, total: null, rows: null};
      options.success = function (rows, status, request) {
        const isCounted = countsCached || !options.fromCache, number = name => parseInt(request.getResponseHeader(name), 10);
        session.seen.push([options.fromCache || false, request.getResponseHeader('X-WP-Total'), rows.length]);
        if (isCounted) Object.assign(posts.pages, {total: number('X-WP-TotalPages'), rows: number('X-WP-Total'), current: posts.pages.current + 1});
        return success.apply(this, arguments);
      };
      return sent.call(this, method, posts, options);
    }

    const Post = Backbone.Model.extend({urlRoot: '/api/wp/posts', sync: around(syncModel, 'posts')});
    const Posts = Backbone.Collection.extend({
      model: Post, url: '/api/wp/posts', sync: around(syncCollection, 'posts'), pages: null,
      hasMore() { return Boolean(this.pages) && this.pages.current < this.pages.total; },
      more(options) {
        const {query, current} = this.pages;
        return this.hasMore() && this.fetch({remove: false, ...options, data: {...query, page: current + 1}});
      }
    });
    const User = Backbone.Model.extend({urlRoot: '/api/wp/users', sync: around(syncModel, 'users')});
    const Me = User.extend({url: '/api/wp/users/me'});
    return {session, Post, Posts, User, Me};
  };

  const cached = (options = {}) => (sync, ns) => Backbone.cachingSync(sync, ns, options);
  // The ways a page may bring cache and client together.
  window.ways = {
    plain: () => createClient(),
    around: options => createClient({around: cached(options)}),
    inside: options => createClient({inside: cached(options)((...args) => Backbone.sync(...args), 'wp'), countsCached: false})
  };

  // All that a client does, in this order. Returns what each step has left.
  window.visit = async client => {
    const {session, Post, Posts, Me, User} = client, seen = [], note = (...values) => seen.push(JSON.stringify(values));
    const posts = new Posts(), log = inside.log(posts);
    const show = what => note(what, posts, posts.pages, posts.hasMore(), log.splice(0).filter(event => event !== 'cachesync'), session.nonce);
    await inside.fetch(posts, {data: {search: 'Post', per_page: 2}});
    show('first page');
    for (const number of [2, 3]) {
      await inside.until(more => posts.more(more));
      show(`page ${number}`);
    }
    note('no more', posts.more() === false);

    for (const data of [{_embed: true}, {context: 'edit', per_page: 3}, undefined]) {
      const found = new Posts();
      await inside.fetch(found, {data});
      note(data, found, found.pages);
    }
    const me = new Me();
    await inside.fetch(me);
    const author = new User({id: 2});
    await inside.fetch(author);
    note('users', me, author, me.isNew());

    const post = new Post({id: 2});
    await inside.fetch(post);
    await inside.save(post, {title: 'Second'});
    note('saved', post);
    await inside.save(post, {title: 'Third'}, {patch: true, wait: true});
    note('patched', post);
    const made = posts.create({title: 'New'}, {wait: true});
    await new Promise(resolve => made.once('sync', resolve));
    note('created', made, posts.length);
    await inside.destroy(posts.get(6), {data: JSON.stringify({force: true}), contentType: 'application/json'});
    note('destroyed', posts.length);
    return seen;
  };
}

async function open(t) {
  const opened = await openInside(t, {prepare});
  opened.server.answer(answer);
  return opened;
}
const requestsOf = ({requests}) => requests.splice(0).map(({method, path, body}) => [method, path, body]);

test('7.4 a client that reads headers in its sync', async t => {
  const {run, server, errors} = await open(t);
  const plain = await run(() => visit(ways.plain())), sent = requestsOf(server);

  for (const way of ['around', 'inside']) {
    await t.test(`7.4 with the cached sync ${way} the client's, on an empty cache: the same requests, rows, totals and events`, async () => {
      const seen = await run(async way => {
        localStorage.clear();
        // Of one namespace, rows that have been read otherwise would be a hit.
        return (await visit(ways[way]({fetchPolicy: 'network-only'}))).map(text => text.replace(/ server"/g, '"'));
      }, way);
      assert.deepEqual(seen, plain);
      assert.deepEqual(requestsOf(server), sent);
    });
  }
  assert.deepEqual(errors, []);
});

// A page, and the next, with a cache that knows both: what is there at each moment.
const walk = async client => {
  const {session, Posts} = client, seen = [], data = {per_page: 2, search: 'Post'};
  const look = posts => seen.push([posts.length, posts.pages && posts.pages.current, posts.hasMore()]);
  const posts = new Posts();
  const first = inside.fetch(posts, {data});
  look(posts);
  await first;
  look(posts);
  const next = inside.until(more => posts.more(more));
  look(posts);
  await next;
  look(posts);
  return {seen, told: session.seen};
};

test('3.3 a client that reads headers in its sync, with hits', async t => {
  const {run, server} = await open(t);
  await run(`window.walk = ${walk}`);
  const plain = await run(() => walk(ways.plain())), sent = requestsOf(server);
  assert.deepEqual(plain.seen, [[0, 0, false], [2, 1, true], [2, 1, false], [4, 2, true]]);
  const hit = async way => {
    await run(async way => {
      localStorage.clear();
      window.client = ways[way]();
      await walk(client);
      client.session.seen.length = 0;
    }, way);
    requestsOf(server);
    const told = await run(() => walk(client));
    assert.deepEqual(requestsOf(server), sent);
    return told;
  };

  // Nobody but the caller hears of the cached phase: the client's totals are those of the
  // server, and until they come there is no more to be had.
  await t.test("3.3 with the cached sync around the client's, the client hears of the server phase only", async () => {
    const {seen, told} = await hit('around');
    assert.deepEqual(seen, [[2, 0, false], [2, 1, true], [4, 1, false], [4, 2, true]]);
    const heard = told => told.map(([, ...counts]) => counts);
    assert.deepEqual(heard(told), heard(plain.told));
  });

  // Its `success` is the caller's: it hears of both, and options.fromCache tells which it is.
  await t.test("7.3 with the cached sync inside the client's, the client hears of both, and of no headers in the cached phase", async () => {
    const {seen, told} = await hit('inside');
    assert.deepEqual(seen, [[2, 0, false], [2, 1, true], [4, 1, false], [4, 2, true]]);
    assert.deepEqual(told, plain.told.flatMap(([, total, length]) => [[true, null, length], [false, total, length]]));
  });

  await t.test('3.6 a client that would count the cached phase, too, needs callbacks that are called once', async () => {
    assert.deepEqual(await run(async () => {
      const counted = {};
      for (const callbacks of ['each', 'once']) {
        localStorage.clear();
        const sync = Backbone.cachingSync(Backbone.sync, callbacks, {callbacks}), client = createClient({inside: sync});
        for (const again of [false, true]) {
          const posts = new client.Posts();
          await inside.fetch(posts);
          counted[callbacks] = posts.pages.current;
        }
      }
      return counted;
    }), {each: 2, once: 1});
  });

  await t.test('6.1 totals that a parse reads from the headers are there in the cached phase', async () => {
    assert.deepEqual(await run(async () => {
      localStorage.clear();
      const {Posts} = ways.around(), seen = [];
      const Counted = Posts.extend({
        parse(rows, {xhr}) {
          this.found = parseInt(xhr.getResponseHeader('X-WP-Total'), 10);
          return rows;
        }
      });
      for (const again of [false, true]) {
        const posts = new Counted(), fetched = inside.fetch(posts);
        seen.push(posts.found);
        await fetched;
        seen.push(posts.found);
      }
      return seen;
    }), [null, 5, 5, 5]);
  });
});

test('a client of a REST API: what of it is a hit', async t => {
  const {run, server} = await open(t);
  const visits = (options, name, ...steps) => run(`(async () => {
    localStorage.clear();
    const client = ways.around(${JSON.stringify(options)}), {Post, Posts, Me, User} = client, seen = [];
    const hit = async (object, options) => {
      const fetched = inside.fetch(object, options);
      const before = JSON.parse(JSON.stringify(object));
      await fetched;
      return [before, JSON.parse(JSON.stringify(object))];
    };
    for (const step of [${steps.join()}]) seen.push(await step());
    return seen;
  })()`);

  await t.test('3.1 /users/me is a hit by its URL, whatever id it is answered with', async () => {
    const ada = {id: 1, name: 'Ada'};
    assert.deepEqual(await visits({}, 'me', '() => hit(new Me())', '() => hit(new Me())', '() => hit(new User({id: 1}))'),
      [[{}, ada], [ada, ada], [{id: 1}, ada]]);
  });

  await t.test('3.10 each page, search, _embed and context is a list of its own', async () => {
    const ids = query => `async () => {
      const [before, after] = await hit(new Posts(), ${query ? `{data: ${JSON.stringify(query)}}` : ''});
      return [before.length, after.length];
    }`;
    const queries = [{page: 1}, {page: 2}, {search: '5'}, {_embed: true}, {context: 'edit', per_page: 3}, null].map(ids);
    const misses = [2, 2, 1, 2, 3, 2].map(length => [0, length]), hits = [2, 2, 1, 2, 3, 2].map(length => [length, length]);
    assert.deepEqual(await visits({}, 'lists', ...queries, ...queries), [...misses, ...hits]);
  });

  // Records are those of the namespace, as the server has told of them last.
  await t.test('3.10 a post is shown as it was answered last, and so a representation of its own wants a namespace of its own', async () => {
    const titles = "([before, after]) => [before, after].map(post => [post.title, 'status' in post])";
    const both = `() => hit(new Post({id: 1}), {data: {context: 'edit'}}).then(${titles})`, view = `() => hit(new Post({id: 1})).then(${titles})`;
    const rendered = '<b>Post 1</b>', shown = [{rendered}, false], edited = [{rendered, raw: 'Post 1'}, true];
    // As the model would have it that was fetched in the one way and then in the other.
    assert.deepEqual((await visits({}, 'shared', view, both, view)).slice(1), [[shown, edited], [edited, [{rendered}, true]]]);
    assert.deepEqual(await run(async () => {
      localStorage.clear();
      const client = createClient({around: (sync, ns) => {
        const [view, edit] = ['', '-edit'].map(context => Backbone.cachingSync(sync, ns + context));
        return function (method, model, options) {
          return (options.data && options.data.context === 'edit' ? edit : view).apply(this, arguments);
        };
      }});
      const seen = [];
      for (const data of [undefined, {context: 'edit'}, undefined]) {
        const post = new client.Post({id: 1}), fetched = inside.fetch(post, {data});
        seen.push(post.has('status'));
        await fetched;
        seen.push(post.has('status'));
      }
      return seen;
    }), [false, false, false, true, false, false]);
  });

  await t.test('3.7 a nonce that is refused drops the record of the post', async () => {
    assert.deepEqual(await visits({}, 'refused', '() => hit(new Post({id: 1}))', `async () => {
      client.session.nonce = 'old';
      const post = new Post({id: 1}), log = [];
      await inside.fetch(post, inside.callbacks(log));
      return [log, post.has('title'), localStorage.getItem('1-_burry_posts')];
    }`).then(seen => seen[1]), [['success cached', 'error 403'], true, null]);
  });
});
